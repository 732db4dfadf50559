/*
 * base/secret.h - what a process does not leave lying about.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

/*
 * For who needs no keys: overwrite the values of the process's environment that
 * are or may hold secrets, where they stand: of variables whose name says so
 * (KEY, SECRET, TOKEN, PASS, CREDENTIAL, AUTH), and addresses with a user before
 * "@".  The variables stay, empty, for its children too.
 */
void secret_forget(void);
/* No core dump of this process and its children, neither as a file nor into a pipe. */
void secret_no_core(void);
/* For who holds keys: that, and no other process of its user can read its memory. */
void secret_hold(void);

#endif
