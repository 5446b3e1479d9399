#include <sqlite3.h>

/* sqlite3_db_config is variadic, which Swift cannot call. A database must not change itself by tricks with its own schema,
   nor run functions from it. */
static inline int colophon_sqlite_be_defensive(sqlite3 *database) {
  int status = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
  if (status != SQLITE_OK) return status;
#ifdef SQLITE_DBCONFIG_TRUSTED_SCHEMA
  status = sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
#endif
  return status;
}
