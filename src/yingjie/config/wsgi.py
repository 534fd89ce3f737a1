"""The WSGI entry, for `yj up` and for any server of one's own."""

import os

from django.core.wsgi import get_wsgi_application

from yingjie.foundation.postgres.home import Home

Home.default().keys.mkdir(parents=True, exist_ok=True, mode=0o700)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingjie.config.settings")
application = get_wsgi_application()
