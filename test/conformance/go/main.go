// Verifies a .tlog-proof with the Go project's own libraries, so that at least one
// verifier that is not ours accepts our files.
//
//	go run . PROOF POLICY
//
// PROOF carries its leaf; POLICY is a tlog-policy file with one group. Exit code 0
// when the inclusion holds and at least k witnesses signed the checkpoint.
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
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go run . PROOF POLICY")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func run(proofFile, policyFile string) error {
	proof, err := os.ReadFile(proofFile)
	if err != nil {
		return err
	}
	policy, err := os.ReadFile(policyFile)
	if err != nil {
		return err
	}
	logKey, witnesses, needed, err := readPolicy(string(policy))
	if err != nil {
		return err
	}
	head, signed, found := bytes.Cut(proof, []byte("\n\n"))
	if !found {
		return errors.New("the file has no checkpoint")
	}
	leaf, index, path, err := readHead(string(head))
	if err != nil {
		return err
	}
	opened, err := note.Open(signed, note.VerifierList(append(witnesses, logKey)...))
	if err != nil {
		return err
	}
	count := 0
	hasLog := false
	for _, signature := range opened.Sigs {
		if signature.Name == logKey.Name() && signature.Hash == logKey.KeyHash() {
			hasLog = true
		} else {
			count++
		}
	}
	if !hasLog || len(opened.UnverifiedSigs) > 0 || count < needed {
		return fmt.Errorf("%d of %d witnesses, log line %v", count, needed, hasLog)
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return err
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(path, size, root, index, tlog.RecordHash(leaf)); err != nil {
		return err
	}
	fmt.Printf("accepted: leaf %d of %d, %d witnesses\n", index, size, count)
	return nil
}

func readHead(head string) (leaf []byte, index int64, path tlog.RecordProof, err error) {
	lines := strings.Split(head, "\n")
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return nil, 0, nil, errors.New("not a proof file")
	}
	if leaf, err = base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra ")); err != nil {
		return nil, 0, nil, err
	}
	if index, err = strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64); err != nil {
		return nil, 0, nil, err
	}
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, 0, nil, err
		}
		path = append(path, hash)
	}
	return leaf, index, path, nil
}

func readPolicy(text string) (logKey note.Verifier, witnesses []note.Verifier, needed int, err error) {
	for _, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 2 && words[0] == "log":
			if logKey, err = note.NewVerifier(words[1]); err != nil {
				return nil, nil, 0, err
			}
		case len(words) == 3 && words[0] == "witness":
			witness, err := newCosigner(words[2])
			if err != nil {
				return nil, nil, 0, err
			}
			witnesses = append(witnesses, witness)
		case len(words) > 2 && words[0] == "group":
			if needed, err = strconv.Atoi(words[2]); err != nil {
				return nil, nil, 0, err
			}
		}
	}
	if logKey == nil || needed == 0 {
		return nil, nil, 0, errors.New("the policy names no log or no group")
	}
	return logKey, witnesses, needed, nil
}

// cosigner verifies C2SP cosignatures (key type 4), which sumdb/note leaves to its users.
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
