"""The embedded PostgreSQL: one private database server that an instance starts, watches, saves and brings
back.

Owns: where the instance keeps its things (`home`), which PostgreSQL programs it uses (`binaries`) and under
which account (`account`), the server itself (`cluster`, `configuration`, `processes`), its backups
(`backup`, `catalogue`, `restore`), throw-away servers for tests (`temporary`), and what is said about all
of it (`trouble`, `checks`, `diagnosis`).

Never: imports Django, imports the wheel's own Python layer, creates accounts, changes the permissions of a
directory it did not make, listens anywhere but on 127.0.0.1, or accepts a connection without a password.

Verbs: `Cluster.run`, `Cluster.start_detached`, `Cluster.stop`, `Cluster.status`, `Cluster.url`; `backup`,
`prune`, `restore`; `check_server`, `diagnose`; `temporary_cluster`. Everything that goes wrong is a
`DatabaseTrouble`, which carries a code, the reason and the next step in Chinese and in English.
"""
