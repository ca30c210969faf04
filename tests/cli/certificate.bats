# certificate approve and deny: what they send, say and refuse.
load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }
setup() {
	reset_server
	cd "$BATS_TEST_TMPDIR" || return
	for name in a b; do
		kubec create -f - <<<"{apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, metadata: {name: $name}, spec: {request: $(printf -- '-----BEGIN CERTIFICATE REQUEST-----\nMIHYMIGAAgEAMB4xDTALBgNVBAoMBGRldnMxDTALBgNVBAMMBGphbmUwWTATBgcq\nhkjOPQIBBggqhkjOPQMBBwNCAARarHfolAS9LdgZopkc22AiaGcRLAu5vZn9Rkf\no76M4e8qAP9lSMXlOT9BB7C8ECkRVcrJDKAhRFQhUzcbAQhKoAAwCgYIKoZIzj0E\nAwIDRwAwRAIgWP8+g1FxBApNq3OmYmfgWrbQ7usYxUtLGH9wDuWp+BECIEkvNVFH\n1Ugu31/H4GOB7hsh1ftvd4puisTHCMUSTNoM\n-----END CERTIFICATE REQUEST-----\n' | base64 -w0), signerName: example.com/x, usages: [client auth]}}" >/dev/null
	done
	control DELETE requests >/dev/null
}

condition() { kubec get csr "$1" -o jsonpath='{range .status.conditions[*]}{.type} {.status} {.reason}: {.message}{end}'; }

@test "one is approved by a read and a write, and twice makes no difference" {
	says 0 'certificatesigningrequest.certificates.k8s.io/a approved' '' certificate approve a
	[ "$(requests)" = 'GET /apis/certificates.k8s.io/v1/certificatesigningrequests/a
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval?fieldManager=kubectl' ]
	[ "$(condition a)" = 'Approved True KubectlApprove: This CSR was approved by kubectl certificate approve.' ]
	control DELETE requests >/dev/null
	says 0 'certificatesigningrequest.certificates.k8s.io/a approved' '' certificate approve csr/a
	[ "$(request_count approval)" -eq 0 ]
	says 0 'certificatesigningrequest.certificates.k8s.io/a approved' '' certificate approve a --force
	[ "$(request_count approval)" -eq 1 ]
}

@test "what is approved cannot be denied, and the others go on" {
	kubec certificate approve a >/dev/null
	says 1 'certificatesigningrequest.certificates.k8s.io/b denied' 'certificate signing request "a" is already Approved
Error from server (NotFound): certificatesigningrequests.certificates.k8s.io "none" not found' certificate deny a none b
	[ "$(condition b)" = 'Denied True KubectlDeny: This CSR was denied by kubectl certificate deny.' ]
	says 1 '' 'error: certificate signing request "b" is already Denied' certificate approve b --force
}

@test "a conflict is tried again with the object anew, ten times" {
	control POST faults '{"path":"/approval","do":"status","code":409,"reason":"Conflict","count":2}' >/dev/null
	says 0 'certificatesigningrequest.certificates.k8s.io/a approved' '' certificate approve a
	[ "$(request_count approval)" -eq 3 ]
	[ "$(request_count '/a$')" -eq 3 ]
	control DELETE requests >/dev/null
	control POST faults '{"path":"/approval","do":"status","code":409,"reason":"Conflict","message":"busy","count":-1}' >/dev/null
	says 1 '' 'Error from server (Conflict): busy' certificate approve b
	[ "$(request_count approval)" -eq 11 ]
}

@test "the object is printed as it was read, in every format" {
	says 0 '{}' '' certificate approve a -o jsonpath='{.status}'
	says 0 $'certificatesigningrequest.certificates.k8s.io/a' '' certificate approve a -o name
	run_kubec certificate approve b -o json
	[ "$status" -eq 0 ] && [[ ${lines[1]} == '    "apiVersion": "certificates.k8s.io/v1",' ]]
}

@test "manifests name what is there, of the right kind alone" {
	kubec get csr a b -o json >list.json
	says 0 $'a\nb' '' certificate deny -f list.json -o jsonpath=$'{.metadata.name}\n'
	says 1 '' 'error: can only handle CertificateSigningRequest.certificates.k8s.io objects, got Namespace' certificate deny -f - \
		<<<'{apiVersion: v1, kind: Namespace, metadata: {name: default}}'
	says 0 'No resources found' '' certificate deny -f - <<<'{apiVersion: v1, kind: List, items: []}'
}

@test "lines that make no sense are refused before anything is asked" {
	says 1 '' 'error: one or more CSRs must be specified as <name> or -f <filename>' certificate approve
	says 1 '' 'error: resource name may not be empty' certificate approve ''
	says 1 '' 'error: unable to match a printer suitable for the output format "wide", allowed formats are: go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml' \
		certificate deny a -o wide
	says 1 '' 'error: the path "none.yaml" does not exist' certificate deny -f none.yaml
	[ "$(request_count)" -eq 0 ]
}
