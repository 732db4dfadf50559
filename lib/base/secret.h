/*
 * base/secret.h - what a process does not leave lying about.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>

/*
 * For who needs no keys: overwrite the values of the process's environment that
 * are or may hold secrets, where they stand: of variables whose name says so
 * (KEY, SECRET, TOKEN, PASS, CREDENTIAL, AUTH), and addresses with a user before
 * "@", of proxies (http_proxy) also those without a scheme.  The variables stay,
 * empty, for its children too.  but_proxies: for who goes through them, whose
 * children must be given an environment of their own.
 */
void secret_forget(bool but_proxies);
/* The same of the one variable of that name, for who needs other keys. */
void secret_forget_one(const char *name);
/* No core dump of this process and its children, neither as a file nor into a pipe. */
void secret_no_core(void);
/* For who holds keys: that, and no other process of its user can read its memory. */
void secret_hold(void);

#endif
