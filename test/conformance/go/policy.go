// The k-of-n policy, and the verifier of C2SP cosignatures that sumdb/note leaves to its users.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type policy struct {
	log       note.Verifier
	witnesses []note.Verifier
	needed    int
}

func readPolicy(text string) (*policy, error) {
	read := &policy{}
	for _, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		var err error
		switch {
		case len(words) == 2 && words[0] == "log":
			read.log, err = note.NewVerifier(words[1])
		case len(words) == 3 && words[0] == "witness":
			var witness *cosigner
			witness, err = newCosigner(words[2])
			read.witnesses = append(read.witnesses, witness)
		case len(words) > 2 && words[0] == "group":
			read.needed, err = strconv.Atoi(words[2])
		}
		if err != nil {
			return nil, err
		}
	}
	if read.log == nil || read.needed == 0 {
		return nil, errors.New("the policy names no log or no group")
	}
	return read, nil
}

// open verifies a signed checkpoint: the log's line, no line that nobody knows, and enough witnesses.
func (p *policy) open(signed []byte) (tree tlog.Tree, count int, err error) {
	opened, err := note.Open(signed, note.VerifierList(append(p.witnesses, p.log)...))
	if err != nil {
		return tree, 0, err
	}
	hasLog := false
	for _, signature := range opened.Sigs {
		if signature.Name == p.log.Name() && signature.Hash == p.log.KeyHash() {
			hasLog = true
		} else {
			count++
		}
	}
	if !hasLog || len(opened.UnverifiedSigs) > 0 || count < p.needed {
		return tree, count, fmt.Errorf("%d of %d witnesses, log line %v, %d unknown lines",
			count, p.needed, hasLog, len(opened.UnverifiedSigs))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != p.log.Name() || lines[3] != "" {
		return tree, count, errors.New("not a checkpoint of this log")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, count, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, count, err
}

// cosigner verifies C2SP cosignatures (key type 4).
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newCosigner(verifierKey string) (*cosigner, error) {
	parts := strings.SplitN(verifierKey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("malformed verifier key")
	}
	id, err := hex.DecodeString(parts[1])
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, errors.New("not a cosigner key")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if !bytes.Equal(id, sum[:4]) {
		return nil, errors.New("the key id does not fit")
	}
	return &cosigner{parts[0], binary.BigEndian.Uint32(id), key[1:]}, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }
func (c *cosigner) Verify(message, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	time := binary.BigEndian.Uint64(signature[:8])
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, message)
	return ed25519.Verify(c.key, []byte(signed), signature[8:])
}
