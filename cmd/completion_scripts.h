#ifndef KUBEC_COMPLETION_SCRIPTS_H
#define KUBEC_COMPLETION_SCRIPTS_H

extern const char completion_script_bash[];
extern const char completion_script_zsh[];
extern const char completion_script_fish[];
extern const char completion_script_powershell[];

#endif
