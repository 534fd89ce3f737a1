"""The embedded PostgreSQL: one private server that an instance starts, saves and brings back.

    home           where the instance keeps its things
    account        under which account PostgreSQL runs
    binaries       which PostgreSQL programs are used
    cluster        the server: run, start_detached, stop, status, url
    creation       a new database: directory, roles, passwords, extensions
    configuration  its settings; processes, logs: what the system and the server say
    backup         backup, prune, restore; with restore, catalogue and manifest behind it
    temporary      temporary_cluster, for tests
    checks         check_server, require_server: what any PostgreSQL must offer
    diagnosis      diagnose: what the doctor says
    trouble        every failure in words: code, reason, next step, in Chinese and English

Never: imports Django, imports the wheel's own Python layer, creates accounts, changes the permissions of a
directory it did not make, listens anywhere but on 127.0.0.1, or accepts a connection without a password.

Everything that goes wrong is a `DatabaseTrouble`. Settings from the environment: YINGJIE_HOME,
YINGJIE_PG_BIN, YINGJIE_DB_USER, YINGJIE_DB_PORT.
"""
