#include "core/delegation/WalletAddress.h"

#include "core/crypto/keys/Address.h"
#include "core/crypto/primitives/Ed25519.h"
#include "core/crypto/primitives/Secp256k1.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct WalletAddressText
{
    Q_DECLARE_TR_FUNCTIONS(WalletAddressText)
};

tl::unexpected<Error> badAddress(const QString& detail)
{
    return failure(ErrorCode::InvalidInput, WalletAddressText::tr("This is no address of the named chain."),
                   detail);
}

bool isPrintable(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

std::string upperCase(std::string_view text)
{
    std::string upper(text);
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return upper;
}

Result<WalletAddress> readEvmAddress(std::string_view address)
{
    auto bytes = parseEvmAddress(address);
    // Nobody types it, and an EVM wallet is no chain's own: each checksum that is known counts.
    for (const unsigned chain : {30U, 31U}) {
        bytes = bytes ? bytes : parseEvmAddress(address, chain);
    }
    if (!bytes) {
        return badAddress(QStringLiteral("an EVM address is 0x and 40 hex digits; mixed case is a checksum"));
    }
    return WalletAddress{std::string(evmChain), toText(*bytes), toBytes(*bytes)};
}

Result<WalletAddress> readSolanaAddress(std::string_view address)
{
    const auto bytes = parseSolanaAddress(address);
    if (!bytes) {
        return badAddress(QStringLiteral("a Solana address is base58 of 32 bytes"));
    }
    return WalletAddress{std::string(solanaChain), toText(*bytes), toBytes(*bytes)};
}

}  // namespace

Result<std::string> normaliseChain(std::string_view chain)
{
    if (chain.empty() || chain.size() > chainMaxCharacters || !isPrintable(chain)) {
        return failure(ErrorCode::InvalidInput, WalletAddressText::tr("The chain's name cannot be read."));
    }
    std::string name = upperCase(chain);
    if (name.starts_with("EIP155:")) {
        return std::string(evmChain);
    }
    if (name.starts_with("SOLANA:")) {
        return std::string(solanaChain);
    }
    return name;
}

Result<WalletAddress> readAddress(std::string_view chain, std::string_view address)
{
    ASSIGN_OR_RETURN(auto name, normaliseChain(chain));
    if (name == evmChain) {
        return readEvmAddress(address);
    }
    if (name == solanaChain) {
        return readSolanaAddress(address);
    }
    if (address.empty() || address.size() > addressMaxCharacters || !isPrintable(address)) {
        return badAddress(QStringLiteral("empty, too long or not printable"));
    }
    return WalletAddress{std::move(name), std::string(address), toBytes(asBytes(address))};
}

std::optional<Bytes> addressOfPublicKey(std::string_view chain, BytesView publicKey)
{
    if (chain == evmChain && secp256k1::isValidPublicKey(publicKey)) {
        const auto address = evmAddressOf(publicKey);
        return address ? std::optional(toBytes(*address)) : std::nullopt;
    }
    if (chain == solanaChain && ed25519::isValidPublicKey(publicKey)) {
        return toBytes(publicKey);
    }
    return std::nullopt;
}

}  // namespace countersign
