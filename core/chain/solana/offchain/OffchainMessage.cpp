#include "core/chain/solana/offchain/OffchainMessage.h"

#include "core/base/text/Utf8.h"
#include "core/chain/solana/message/SolanaMessageReader.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::solana {

namespace {

constexpr std::string_view signingDomain = "\xffsolana offchain";
/// Of version 0's formats 0 and 1, for the memory of hardware wallets.
constexpr std::size_t maxLimitedBytes = 1232;
constexpr std::size_t maxSigners = 255;

struct OffchainMessageText
{
    Q_DECLARE_TR_FUNCTIONS(OffchainMessageText)
};

tl::unexpected<Error> malformedOffchain(const char* detail)
{
    return failure(ErrorCode::InvalidInput,
                   OffchainMessageText::tr("This is not a well-formed off-chain message of Solana."),
                   QLatin1String(detail));
}

bool isRestrictedAscii(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e; });
}

Status checkVersion0(const OffchainMessage& message, std::size_t size)
{
    if (message.format > OffchainFormat::ExtendedUtf8) {
        return malformedOffchain("an unknown format");
    }
    if (message.format != OffchainFormat::ExtendedUtf8 && size > maxLimitedBytes) {
        return malformedOffchain("longer than its format allows");
    }
    if (message.format == OffchainFormat::RestrictedAscii && !isRestrictedAscii(message.text)) {
        return malformedOffchain("not the restricted ASCII that it says");
    }
    return {};
}

/// Signers in one order only: the same message has the same bytes.
Status checkVersion1(const OffchainMessage& message)
{
    const auto notAscending = [](const SolanaAddress& a, const SolanaAddress& b) { return a >= b; };
    if (std::ranges::adjacent_find(message.signers, notAscending) != message.signers.end()) {
        return malformedOffchain("the signers are not in ascending order, each once");
    }
    return {};
}

/// size: of the whole message.
Status check(const OffchainMessage& message, std::size_t size)
{
    if (message.signers.empty() || message.signers.size() > maxSigners) {
        return malformedOffchain("no signer, or too many");
    }
    if (message.text.empty() || !isWellFormedUtf8(message.text)) {
        return malformedOffchain("the text is empty or not UTF-8");
    }
    if (size > maxOffchainBytes) {
        return malformedOffchain("longer than any such message");
    }
    switch (message.version) {
        case 0:
            return checkVersion0(message, size);
        case 1:
            return checkVersion1(message);
        default:
            return malformedOffchain("an unknown version");
    }
}

void appendOffchain(Bytes& out, BytesView bytes)
{
    out.insert(out.end(), bytes.begin(), bytes.end());
}

std::vector<SolanaAddress> readSigners(SolanaMessageReader& reader)
{
    const std::uint8_t count = reader.byte();
    return reader.list<SolanaAddress>(count, [&] { return reader.key(); });
}

}  // namespace

bool isOffchainMessage(BytesView bytes)
{
    return asText(bytes).starts_with(signingDomain);
}

Result<OffchainMessage> parseOffchainMessage(BytesView bytes)
{
    if (!isOffchainMessage(bytes)) {
        return malformedOffchain("the signing domain is missing");
    }
    if (bytes.size() > maxOffchainBytes) {
        return malformedOffchain("longer than any such message");
    }
    SolanaMessageReader reader(bytes.subspan(signingDomain.size()));
    OffchainMessage message;
    message.version = reader.byte();
    if (message.version == 0) {
        message.applicationDomain = reader.key();
        message.format = static_cast<OffchainFormat>(reader.byte());
        message.signers = readSigners(reader);
        const std::size_t length = reader.u16();
        if (!reader.failed() && length != reader.remaining()) {
            return malformedOffchain("the text is not as long as it says");
        }
    } else if (message.version == 1) {
        message.signers = readSigners(reader);
    }
    if (reader.failed()) {
        return malformedOffchain("it is cut off");
    }
    message.text = std::string(asText(reader.bytes(reader.remaining())));
    RETURN_IF_ERROR(check(message, bytes.size()));
    return message;
}

Result<Bytes> serialize(const OffchainMessage& message)
{
    Bytes out = toBytes(asBytes(signingDomain));
    out.push_back(static_cast<std::uint8_t>(message.version));
    if (message.version == 0) {
        appendOffchain(out, message.applicationDomain);
        out.push_back(static_cast<std::uint8_t>(message.format));
    }
    out.push_back(static_cast<std::uint8_t>(message.signers.size()));
    for (const SolanaAddress& signer : message.signers) {
        appendOffchain(out, signer);
    }
    if (message.version == 0) {
        out.push_back(static_cast<std::uint8_t>(message.text.size()));
        out.push_back(static_cast<std::uint8_t>(message.text.size() >> 8U));
    }
    appendOffchain(out, asBytes(message.text));
    RETURN_IF_ERROR(check(message, out.size()));
    return out;
}

}  // namespace countersign::solana
