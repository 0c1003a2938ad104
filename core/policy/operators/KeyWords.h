#pragma once

#include "core/crypto/primitives/Ed25519.h"

#include <string>
#include <vector>

namespace countersign {

inline constexpr std::size_t keyWordCount = 8;

/// A public key in words that two people can compare by voice: 8 words with blanks between, one for each of
/// the first 8 bytes of SHA-256 of the key. Equal words say that nobody exchanged the key on its way: another
/// key with the same words takes some 2^64 attempts. They do not say whose key it is; the voice does.
std::string keyWords(const ed25519::PublicKey& key);

/// The 256 words, each distinct (resources/words/key-words.txt). Their order is part of what every desk
/// shows: it never changes.
const std::vector<std::string>& keyWordList();

}  // namespace countersign
