#include "core/chain/solana/message/SolanaMessage.h"

#include "core/chain/solana/message/CompactU16.h"
#include "core/chain/solana/message/SolanaMessageReader.h"
#include "core/chain/solana/message/SolanaMessageV1.h"

#include <QCoreApplication>

#include <algorithm>
#include <numeric>

namespace countersign {

namespace {

using solana::malformedMessage;
using solana::messageKeyBytes;
using solana::messageVersionMark;
using Reader = solana::SolanaMessageReader;

struct SolanaMessageText
{
    Q_DECLARE_TR_FUNCTIONS(SolanaMessageText)
};

constexpr int lastPlausibleVersion = 9;
constexpr std::size_t maxAccounts = 256;

using Indexes = std::vector<std::uint8_t>;

/// Braced lists are evaluated in order, so that the members are read as they lie.
SolanaInstruction readInstruction(Reader& reader)
{
    return SolanaInstruction{reader.byte(), reader.listedBytes(), reader.listedBytes()};
}

SolanaLookup readLookup(Reader& reader)
{
    return SolanaLookup{reader.key(), reader.listedBytes(), reader.listedBytes()};
}

bool hasVersionMark(BytesView bytes)
{
    return !bytes.empty() && (bytes.front() & messageVersionMark) != 0;
}

/// The structure alone; nothing is known yet about ranges.
Result<SolanaMessage> readStructure(BytesView bytes)
{
    Reader reader(bytes);
    SolanaMessage message;
    if (hasVersionMark(bytes)) {
        message.version = reader.byte() & ~messageVersionMark;
        // Any byte with this bit; where something else is read as a message, it is chance.
        if (*message.version > lastPlausibleVersion) {
            return malformedMessage("it begins with a version that does not exist");
        }
        if (*message.version == 1) {
            return solana::v1::read(bytes);
        }
        if (*message.version != 0) {
            return failure(
                ErrorCode::InvalidInput,
                SolanaMessageText::tr("This Solana transaction is of a version that cannot be read here."),
                QStringLiteral("message version %1").arg(*message.version));
        }
    }
    message.requiredSignatures = reader.byte();
    message.readonlySigned = reader.byte();
    message.readonlyUnsigned = reader.byte();
    message.accountKeys = reader.list<SolanaAddress>([&] { return reader.key(); });
    message.recentBlockhash = reader.key();
    message.instructions = reader.list<SolanaInstruction>([&] { return readInstruction(reader); });
    if (message.version) {
        message.lookups = reader.list<SolanaLookup>([&] { return readLookup(reader); });
    }
    if (reader.failed()) {
        return failure(reader.error());
    }
    if (!reader.atEnd()) {
        return malformedMessage("bytes behind the message's end");
    }
    return message;
}

bool isSignable(const SolanaMessage& message)
{
    return message.requiredSignatures > 0 && message.requiredSignatures <= message.accountKeys.size();
}

bool hasTwins(const std::vector<SolanaAddress>& keys)
{
    std::vector<SolanaAddress> sorted = keys;
    std::ranges::sort(sorted);
    return std::ranges::adjacent_find(sorted) != sorted.end();
}

Status checkHeader(const SolanaMessage& message)
{
    const std::size_t keys = message.accountKeys.size();
    if (message.readonlySigned >= message.requiredSignatures) {
        return malformedMessage("no signer pays: there must be one that is writable");
    }
    if (static_cast<std::size_t>(message.requiredSignatures) + message.readonlyUnsigned > keys) {
        return malformedMessage("the header counts more keys than there are");
    }
    if (std::ranges::any_of(message.lookups, [](const SolanaLookup& lookup) {
            return lookup.writable.empty() && lookup.readonly.empty();
        })) {
        return malformedMessage("a lookup loads no account");
    }
    if (message.accountCount() > maxAccounts) {
        return malformedMessage("more than 256 accounts");
    }
    if (hasTwins(message.accountKeys)) {
        return malformedMessage("an account key occurs twice");
    }
    return {};
}

Status checkInstructions(const SolanaMessage& message)
{
    const std::size_t accounts = message.accountCount();
    for (const SolanaInstruction& instruction : message.instructions) {
        if (instruction.programIdIndex == 0 || instruction.programIdIndex >= message.accountKeys.size()) {
            return malformedMessage("an instruction's program is the payer or no static key");
        }
        if (std::ranges::any_of(instruction.accounts,
                                [accounts](std::uint8_t index) { return index >= accounts; })) {
            return malformedMessage("an instruction's account is out of range");
        }
    }
    return {};
}

std::size_t sizeOf(const std::vector<SolanaLookup>& lookups, Indexes SolanaLookup::*part)
{
    return std::accumulate(
        lookups.begin(), lookups.end(), std::size_t{0},
        [part](std::size_t sum, const SolanaLookup& lookup) { return sum + (lookup.*part).size(); });
}

void append(Bytes& out, BytesView bytes)
{
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void appendList(Bytes& out, BytesView bytes)
{
    solana::appendCompactU16(out, static_cast<std::uint16_t>(bytes.size()));
    append(out, bytes);
}

}  // namespace

std::size_t SolanaMessage::accountCount() const
{
    return accountKeys.size() + sizeOf(lookups, &SolanaLookup::writable) +
           sizeOf(lookups, &SolanaLookup::readonly);
}

bool SolanaMessage::isWritable(std::size_t index) const
{
    if (index >= accountKeys.size()) {
        return index - accountKeys.size() < sizeOf(lookups, &SolanaLookup::writable);
    }
    if (isSigner(index)) {
        return index + readonlySigned < requiredSignatures;
    }
    return index + readonlyUnsigned < accountKeys.size();
}

std::optional<SolanaAddress> SolanaMessage::addressOf(std::size_t index) const
{
    return index < accountKeys.size() ? std::optional(accountKeys[index]) : std::nullopt;
}

namespace solana {

Result<SolanaMessage> parseMessage(BytesView bytes)
{
    const bool isV1 = !bytes.empty() && bytes.front() == v1::versionByte;
    const std::size_t longest = isV1 ? maxTransactionV1Bytes : maxTransactionBytes;
    if (bytes.size() > longest) {
        return malformedMessage("longer than the network carries");
    }
    ASSIGN_OR_RETURN(auto message, readStructure(bytes));
    if (isV1) {
        RETURN_IF_ERROR(v1::checkLimits(message));
    }
    RETURN_IF_ERROR(checkHeader(message));
    RETURN_IF_ERROR(checkInstructions(message));
    // Their number takes one byte below 128, and 128 signatures have no room; version 1 does not repeat it.
    const std::size_t signatures = (isV1 ? 0 : 1) + message.requiredSignatures * signatureBytes;
    if (signatures + bytes.size() > longest) {
        return malformedMessage("longer than the network carries together with its signatures");
    }
    return message;
}

Bytes serialize(const SolanaMessage& message)
{
    if (message.version == 1) {
        return v1::write(message);
    }
    Bytes out;
    if (message.version) {
        out.push_back(
            static_cast<std::uint8_t>(messageVersionMark | static_cast<unsigned>(*message.version)));
    }
    append(out, Bytes{message.requiredSignatures, message.readonlySigned, message.readonlyUnsigned});
    appendCompactU16(out, static_cast<std::uint16_t>(message.accountKeys.size()));
    for (const SolanaAddress& key : message.accountKeys) {
        append(out, key);
    }
    append(out, message.recentBlockhash);
    appendCompactU16(out, static_cast<std::uint16_t>(message.instructions.size()));
    for (const SolanaInstruction& instruction : message.instructions) {
        out.push_back(instruction.programIdIndex);
        appendList(out, instruction.accounts);
        appendList(out, instruction.data);
    }
    if (message.version) {
        appendCompactU16(out, static_cast<std::uint16_t>(message.lookups.size()));
        for (const SolanaLookup& lookup : message.lookups) {
            append(out, lookup.table);
            appendList(out, lookup.writable);
            appendList(out, lookup.readonly);
        }
    }
    return out;
}

bool looksLikeTransaction(BytesView bytes)
{
    // Mark and header, one key, the blockhash, and three empty lists.
    constexpr std::size_t shortest = 1 + 3 + 1 + messageKeyBytes + messageKeyBytes + 1;
    constexpr std::uint8_t firstThatTextsUse = 0xc0;  // no UTF-8 text begins with 0x80 to 0xbf
    if (hasVersionMark(bytes) && bytes.front() != messageVersionMark) {
        return bytes.front() < firstThatTextsUse && bytes.size() >= shortest;
    }
    if (const auto message = readStructure(bytes)) {
        // Zeros have the structure too, and texts may by chance, but nobody to sign them.
        return isSignable(*message);
    }
    BytesView rest = bytes;
    const auto signatures = takeCompactU16(rest);
    if (!signatures || rest.size() < *signatures * signatureBytes) {
        return false;
    }
    const auto message = readStructure(rest.subspan(*signatures * signatureBytes));
    return message && message->requiredSignatures == *signatures && isSignable(*message);
}

}  // namespace solana

}  // namespace countersign
