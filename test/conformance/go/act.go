// One act of a proof pack, judged by itself: the bytes of its header, the signature over them, alone or in a
// batch under one signature, and its entry in the log under a checkpoint that the policy vouches for.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

type packFile struct {
	Act struct {
		Header    []byte  `json:"header"`
		Signature []byte  `json:"signature"`
		PublicKey []byte  `json:"publicKey"`
		Refusal   *string `json:"refusal"`
	} `json:"act"`
	Proof string `json:"proof"`
}

func checkAct(file string, policy *policy) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	var pack packFile
	if err := json.Unmarshal(text, &pack); err != nil {
		return "", err
	}
	act := pack.Act
	if act.Refusal != nil {
		return "", errors.New("the chain refused this act")
	}
	fields, rest, err := cborArray(act.Header)
	if err != nil || len(rest) != 0 || len(fields) != 13 {
		return "", errors.New("the header is not a list of 13")
	}
	chainId, channel, keyId := cborBytes(fields[1], 32), cborBytes(fields[2], 32), cborBytes(fields[4], 16)
	if chainId == nil || channel == nil || keyId == nil || len(act.PublicKey) != ed25519.PublicKeySize {
		return "", errors.New("the header does not name chain, channel and key")
	}
	if !bytes.Equal(hash(domain("key"), channel, act.PublicKey)[:16], keyId) {
		return "", errors.New("the act is of another key")
	}
	actHash := hash(domain("act"), act.Header)
	message, signature, form, err := statement(chainId, actHash, act.Signature)
	if err != nil {
		return "", err
	}
	if !ed25519.Verify(act.PublicKey, message, signature) {
		return "", errors.New("the key did not sign this act")
	}
	entry := append([]byte{0x83, 0x58, 32}, channel...)
	entry = append(append(entry, 0x58, 32), actHash...)
	entry = append(entry, fields[12]...)
	place, err := included([]byte(pack.Proof), entry, policy)
	if err != nil {
		return "", err
	}
	return form + ", " + place, nil
}

// statement is what the key must have signed, and with what: for one act, or for the batch in which it stands.
func statement(chainId, actHash, value []byte) (message, signature []byte, form string, err error) {
	if len(value) == ed25519.SignatureSize {
		return bytes.Join([][]byte{domain("sig"), chainId, actHash}, nil), value, "signed alone", nil
	}
	malformed := errors.New("the signature is neither of one act nor of a batch")
	parts, rest, err := cborArray(value)
	if err != nil || len(rest) != 0 || len(parts) != 4 {
		return nil, nil, "", malformed
	}
	count, _, isCount := cborNumber(parts[0])
	index, _, isIndex := cborNumber(parts[1])
	siblings, rest, err := cborArray(parts[2])
	signature = cborBytes(parts[3], ed25519.SignatureSize)
	if !isCount || !isIndex || err != nil || len(rest) != 0 || signature == nil {
		return nil, nil, "", malformed
	}
	depth := 0
	for uint64(1)<<depth < count {
		depth++
	}
	if count < 2 || count > 4096 || index >= count || len(siblings) != depth {
		return nil, nil, "", malformed
	}
	root := actHash
	for height, raw := range siblings {
		sibling := cborBytes(raw, sha256.Size)
		if sibling == nil {
			return nil, nil, "", malformed
		}
		if index>>height&1 == 0 {
			root = hash(domain("node"), root, sibling)
		} else {
			root = hash(domain("node"), sibling, root)
		}
	}
	size := binary.BigEndian.AppendUint32(nil, uint32(count))
	message = bytes.Join([][]byte{domain("batch"), chainId, size, root}, nil)
	return message, signature, fmt.Sprintf("signed as %d of %d", index+1, count), nil
}

func domain(name string) []byte { return []byte("tallystick/" + name + "/1\x00") }

func hash(parts ...[]byte) []byte {
	sum := sha256.Sum256(bytes.Join(parts, nil))
	return sum[:]
}

// cborArray cuts a list of definite length into its items, each with its own bytes.
func cborArray(data []byte) (items [][]byte, rest []byte, err error) {
	major, length, rest, err := cborHead(data)
	if err != nil || major != 4 {
		return nil, nil, errors.New("a list is expected")
	}
	for ; length > 0; length-- {
		size, err := cborSize(rest, 8)
		if err != nil {
			return nil, nil, err
		}
		items, rest = append(items, rest[:size]), rest[size:]
	}
	return items, rest, nil
}

// cborBytes is the content of octets of this length, or nil.
func cborBytes(item []byte, length uint64) []byte {
	major, size, rest, err := cborHead(item)
	if err != nil || major != 2 || size != length || uint64(len(rest)) != length {
		return nil
	}
	return rest
}

func cborNumber(item []byte) (value uint64, rest []byte, ok bool) {
	major, value, rest, err := cborHead(item)
	return value, rest, err == nil && major == 0 && len(rest) == 0
}

// cborSize is how many bytes the first item takes.
func cborSize(data []byte, depth int) (int, error) {
	major, value, rest, err := cborHead(data)
	if err != nil || depth == 0 {
		return 0, errors.New("not CBOR as it is written here")
	}
	size := len(data) - len(rest)
	switch major {
	case 0, 1, 7:
		return size, nil
	case 2, 3:
		if value > uint64(len(rest)) {
			return 0, errors.New("CBOR ends too early")
		}
		return size + int(value), nil
	case 5:
		value *= 2
	}
	for ; value > 0; value-- {
		inner, err := cborSize(data[size:], depth-1)
		if err != nil {
			return 0, err
		}
		size += inner
	}
	return size, nil
}

func cborHead(data []byte) (major byte, value uint64, rest []byte, err error) {
	if len(data) == 0 {
		return 0, 0, nil, errors.New("CBOR ends too early")
	}
	major, short := data[0]>>5, data[0]&31
	if short < 24 {
		return major, uint64(short), data[1:], nil
	}
	width := 1 << (short - 24)
	if short > 27 || len(data) < 1+width {
		return 0, 0, nil, errors.New("not CBOR as it is written here")
	}
	for _, octet := range data[1 : 1+width] {
		value = value<<8 | uint64(octet)
	}
	return major, value, data[1+width:], nil
}
