#include "core/crypto/keys/Address.h"

#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Hex.h"
#include "core/base/text/Ascii.h"
#include "core/crypto/primitives/Keccak.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct AddressText
{
    Q_DECLARE_TR_FUNCTIONS(AddressText)
};

constexpr std::size_t evmDigits = 40;
constexpr std::array<unsigned, 2> rootstockChains = {30, 31};
constexpr std::size_t solanaMaxCharacters = 44;

bool isEvmText(std::string_view text)
{
    return text.size() == evmDigits + 2 && text.starts_with("0x") &&
           std::ranges::all_of(text.substr(2), ascii::isHexDigit);
}

/// The case of each letter is a bit of the hash over prefix and lower-case digits.
std::string withChecksum(std::string digits, const std::string& prefix)
{
    const Keccak256Digest digest = keccak256(asBytes(prefix + digits));
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const unsigned nibble = i % 2 == 0 ? digest[i / 2] >> 4U : digest[i / 2] & 0x0fU;
        if (nibble >= 8 && !ascii::isDigit(digits[i])) {
            digits[i] = static_cast<char>(digits[i] - 'a' + 'A');
        }
    }
    return "0x" + digits;
}

tl::unexpected<Error> refused(const QString& sentence)
{
    return failure(ErrorCode::InvalidInput, sentence);
}

}  // namespace

Result<EvmAddress> evmAddressOf(BytesView publicKey)
{
    if (publicKey.size() != 64) {
        return refused(AddressText::tr("This is not an uncompressed secp256k1 public key."));
    }
    const Keccak256Digest digest = keccak256(publicKey);
    EvmAddress address{};
    std::copy(digest.end() - address.size(), digest.end(), address.begin());
    return address;
}

bool usesChainChecksum(const Uint256& chainId)
{
    return std::ranges::any_of(rootstockChains, [&](unsigned chain) { return chainId == chain; });
}

std::string toText(const EvmAddress& address)
{
    return withChecksum(toHex(address), {});
}

std::string toTextOfChain(const EvmAddress& address, const Uint256& chainId)
{
    return withChecksum(toHex(address), toDecimal(chainId) + "0x");
}

Result<EvmAddress> parseEvmAddress(std::string_view text, const std::optional<Uint256>& chainId)
{
    if (!isEvmText(text)) {
        return refused(AddressText::tr("This is not an EVM address (0x and 40 hex digits)."));
    }
    const std::string_view digits = text.substr(2);
    ASSIGN_OR_RETURN(const auto bytes, fromHex(digits));
    EvmAddress address{};
    std::ranges::copy(bytes, address.begin());
    const bool hasLower = std::ranges::any_of(digits, [](char c) { return c >= 'a' && c <= 'f'; });
    const bool hasUpper = std::ranges::any_of(digits, [](char c) { return c >= 'A' && c <= 'F'; });
    if (!hasLower || !hasUpper || toText(address) == text) {
        return address;
    }
    for (const unsigned chain : rootstockChains) {
        if (toTextOfChain(address, chain) != text) {
            continue;
        }
        if (chainId == Uint256(chain)) {
            return address;
        }
        return refused(AddressText::tr("This EVM address carries the checksum of chain %1 (Rootstock, "
                                       "EIP-1191), not that of EIP-55. "
                                       "If the address is meant for this chain, give it in lower case.")
                           .arg(chain));
    }
    return refused(AddressText::tr("The checksum of this EVM address is wrong: a character was mistyped."));
}

std::string toText(const SolanaAddress& address)
{
    return toBase58(address);
}

Result<SolanaAddress> parseSolanaAddress(std::string_view text)
{
    const auto bytes = text.size() <= solanaMaxCharacters ? fromBase58(text) : Result<Bytes>(Bytes());
    SolanaAddress address{};
    if (!bytes || bytes->size() != address.size()) {
        return refused(AddressText::tr("This is not a Solana address (32 bytes in Base58)."));
    }
    std::ranges::copy(*bytes, address.begin());
    return address;
}

bool sameAddress(std::string_view a, std::string_view b)
{
    if (isEvmText(a) && isEvmText(b)) {
        return std::ranges::equal(a, b, {}, ascii::lower, ascii::lower);
    }
    return a == b;
}

}  // namespace countersign
