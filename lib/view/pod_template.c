#include "view/pod_template.h"

#include "view/describe/engine.h"

void pod_template_describe(struct buf *out, const cJSON *pod_template)
{
	struct describe d = {.raw = BUF_INIT};

	pod_template_show(&d, pod_template);
	buf_add(out, d.raw.data, d.raw.len);
	buf_release(&d.raw);
}
