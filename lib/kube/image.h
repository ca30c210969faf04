#ifndef KUBEC_KUBE_IMAGE_H
#define KUBEC_KUBE_IMAGE_H

#include "base/base.h"

/*
 * Whether a text can name a container image: [DOMAIN[:PORT]/]PATH[:TAG][@DIGEST], as
 * github.com/distribution/reference has it. "web", "registry:5000/a/b:1.2", "a@sha256:…".
 */
bool image_reference_valid(const char *text);

#endif
