#include "core/chain/solana/programs/squads/SquadsMessage.h"

#include "core/chain/solana/programs/InstructionReader.h"
#include "core/chain/solana/programs/ProgramDecoder.h"

#include <algorithm>
#include <numeric>

namespace countersign::solana {

namespace {

using SquadsIndexes = std::vector<std::uint8_t>;

/// A length of one byte and as many elements.
template <typename T, typename Read>
std::vector<T> smallList(InstructionReader& reader, Read read)
{
    std::vector<T> elements;
    for (unsigned left = reader.u8(); left > 0 && reader.isFine(); --left) {
        elements.push_back(read());
    }
    return elements;
}

SquadsIndexes readIndexes(InstructionReader& reader)
{
    return reader.bytes(reader.u8());
}

SolanaInstruction readSquadsInstruction(InstructionReader& reader)
{
    SolanaInstruction instruction;
    instruction.programIdIndex = reader.u8();
    instruction.accounts = readIndexes(reader);
    instruction.data = reader.bytes(reader.u16());
    return instruction;
}

SolanaLookup readSquadsLookup(InstructionReader& reader)
{
    SolanaLookup lookup;
    lookup.table = reader.address();
    lookup.writable = readIndexes(reader);
    lookup.readonly = readIndexes(reader);
    return lookup;
}

std::size_t squadsSizeOf(const std::vector<SolanaLookup>& lookups, SquadsIndexes SolanaLookup::*part)
{
    return std::accumulate(
        lookups.begin(), lookups.end(), std::size_t{0},
        [part](std::size_t sum, const SolanaLookup& lookup) { return sum + (lookup.*part).size(); });
}

bool countsFit(const SquadsMessage& message)
{
    return message.signers <= message.accountKeys.size() && message.writableSigners <= message.signers &&
           message.writableOthers <= message.accountKeys.size() - message.signers;
}

bool indexesFit(const SquadsMessage& message)
{
    const std::size_t count = message.accountCount();
    return std::ranges::all_of(message.instructions, [count](const SolanaInstruction& instruction) {
        return instruction.programIdIndex < count &&
               std::ranges::all_of(instruction.accounts,
                                   [count](std::uint8_t index) { return index < count; });
    });
}

}  // namespace

std::size_t SquadsMessage::accountCount() const
{
    return accountKeys.size() + squadsSizeOf(lookups, &SolanaLookup::writable) +
           squadsSizeOf(lookups, &SolanaLookup::readonly);
}

bool SquadsMessage::isWritable(std::size_t index) const
{
    if (index >= accountKeys.size()) {
        return index - accountKeys.size() < squadsSizeOf(lookups, &SolanaLookup::writable);
    }
    return index < signers ? index < writableSigners : index - signers < writableOthers;
}

std::optional<SolanaAddress> SquadsMessage::addressOf(std::size_t index) const
{
    return index < accountKeys.size() ? std::optional(accountKeys[index]) : std::nullopt;
}

Result<SquadsMessage> parseSquadsMessage(BytesView bytes)
{
    InstructionReader reader(bytes);
    SquadsMessage message;
    message.signers = reader.u8();
    message.writableSigners = reader.u8();
    message.writableOthers = reader.u8();
    message.accountKeys = smallList<SolanaAddress>(reader, [&] { return reader.address(); });
    message.instructions =
        smallList<SolanaInstruction>(reader, [&] { return readSquadsInstruction(reader); });
    message.lookups = smallList<SolanaLookup>(reader, [&] { return readSquadsLookup(reader); });
    RETURN_IF_ERROR(reader.finish());
    if (!countsFit(message) || !indexesFit(message)) {
        return unreadable("the message inside counts or names accounts that it does not have");
    }
    return message;
}

std::vector<DecodedInstruction> decodeInstructions(const SquadsMessage& message, int depth)
{
    std::vector<DecodedInstruction> decoded;
    for (const SolanaInstruction& instruction : message.instructions) {
        std::vector<InstructionAccount> accounts;
        for (const std::uint8_t index : instruction.accounts) {
            accounts.push_back(
                {index, message.addressOf(index), message.isSigner(index), message.isWritable(index), {}});
        }
        if (const auto programId = message.addressOf(instruction.programIdIndex)) {
            decoded.push_back(decodeInstruction(*programId, std::move(accounts), instruction.data, depth));
            continue;
        }
        DecodedInstruction unread;
        unread.accounts = std::move(accounts);
        unread.data = instruction.data;
        unread.error = "only a lookup table knows the program";
        decoded.push_back(std::move(unread));
    }
    return decoded;
}

}  // namespace countersign::solana
