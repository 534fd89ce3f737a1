"""The WSGI entry, for `yj up` and for any server of one's own."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingjie.config.settings")
application = get_wsgi_application()
