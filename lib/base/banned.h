#ifndef KUBEC_BASE_BANNED_H
#define KUBEC_BASE_BANNED_H

/*
 * Functions that cannot be used safely do not compile. The habit is git's.
 * Include this after the system headers.
 */

#define BANNED(function) sorry_##function##_is_banned_see_lib_base_banned_h

#undef strcpy
#define strcpy(a, b) BANNED(strcpy)
#undef strcat
#define strcat(a, b) BANNED(strcat)
#undef strncpy
#define strncpy(a, b, n) BANNED(strncpy)
#undef sprintf
#define sprintf(...) BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) BANNED(vsprintf)
#undef strtok
#define strtok(a, b) BANNED(strtok)
#undef atoi
#define atoi(a) BANNED(atoi)
#undef atol
#define atol(a) BANNED(atol)
#undef gets
#define gets(a) BANNED(gets)

#endif
