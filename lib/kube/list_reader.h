#ifndef KUBEC_KUBE_LIST_READER_H
#define KUBEC_KUBE_LIST_READER_H

#include "data/json.h"

/*
 * Reads the answer to a LIST as it arrives, one item at a time, so that a page takes no more memory than its largest
 * item. Commas and colons are not missed: whoever sends a list is an API server or fails anyway.
 */
struct list_reader {
	/*
	 * Called for each item: its tree (borrowed) and its text, which an answer to a GET has, too, but for kind and
	 * apiVersion in front. Non-zero stops with that error.
	 */
	int (*item)(void *ctx, const cJSON *item, const char *text, size_t len, struct error *err);
	void *ctx;
	/* the reader's own */
	struct buf pending; /* what has not been read yet */
	size_t enough;      /* of pending: before so much has come nothing is tried */
	enum { LIST_BEGIN, LIST_MEMBERS, LIST_ITEMS, LIST_END } state;
	char *key;      /* whose value comes next, or NULL */
	char *continued; /* metadata.continue, or NULL */
	bool has_items;
};
#define LIST_READER_INIT(item_fn, item_ctx) ((struct list_reader){.item = (item_fn), .ctx = (item_ctx), .pending = BUF_INIT})

/* Reads what has come. ERROR_PARSE for what is no list, or item's own error. */
int list_reader_feed(struct list_reader *r, const char *data, size_t len, struct error *err);

/*
 * All has come: fails with ERROR_PARSE when it was not a whole list. *ret_continue is the token of the next page, NULL
 * when there is none; the caller's.
 */
int list_reader_end(struct list_reader *r, char **ret_continue, struct error *err);

void list_reader_release(struct list_reader *r);

#endif
