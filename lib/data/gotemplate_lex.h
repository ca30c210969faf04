#ifndef KUBEC_DATA_GOTEMPLATE_LEX_H
#define KUBEC_DATA_GOTEMPLATE_LEX_H

#include "base/base.h"

/* What gotemplate_lex.c makes of a template and gotemplate_parse.c reads. */
enum token_type {
	TOKEN_EOF,
	TOKEN_ERROR,
	TOKEN_TEXT,
	TOKEN_LEFT,
	TOKEN_RIGHT,
	TOKEN_SPACE,
	TOKEN_FIELD,
	TOKEN_VARIABLE,
	TOKEN_WORD,
	TOKEN_KEYWORD,
	TOKEN_DOT,
	TOKEN_NIL,
	TOKEN_BOOL,
	TOKEN_NUMBER,
	TOKEN_CHAR,
	TOKEN_STRING,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_PIPE,
	TOKEN_DECLARE,
	TOKEN_ASSIGN,
	TOKEN_COMMA
};

struct token {
	enum token_type type;
	size_t pos;
	const char *text; /* in the arena */
	size_t len;       /* of what stands in the template */
};

struct lexer {
	const char *text;
	size_t at;
	int parens;
	struct arena *arena;
	struct token *tokens;
	size_t count, cap;
};

/*
 * Reads all of text into tokens (free() them; their texts are the arena's). The last one is TOKEN_EOF, or
 * TOKEN_ERROR with what is wrong as its text.
 */
void lex_all(struct lexer *l);

#endif
