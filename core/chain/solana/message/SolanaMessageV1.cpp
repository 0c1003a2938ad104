#include "core/chain/solana/message/SolanaMessageV1.h"

#include "core/chain/solana/message/SolanaMessageReader.h"

namespace countersign::solana::v1 {

namespace {

constexpr std::size_t maxSignatures = 12;
constexpr std::size_t maxAddresses = 64;
constexpr std::size_t maxInstructions = 64;
/// Of a heap, in bytes (solana-sdk, v1::MIN_HEAP_SIZE and MAX_HEAP_SIZE).
constexpr std::uint32_t heapUnit = 1024;
constexpr std::uint32_t minHeap = 32 * heapUnit;
constexpr std::uint32_t maxHeap = 256 * heapUnit;

/// Bits of the mask. The priority fee has 8 bytes and therefore two bits, which mean nothing alone.
constexpr std::uint32_t priorityFeeBits = 0b00011;
constexpr std::uint32_t computeUnitLimitBit = 0b00100;
constexpr std::uint32_t loadedAccountsDataSizeLimitBit = 0b01000;
constexpr std::uint32_t heapSizeBit = 0b10000;
constexpr std::uint32_t knownBits =
    priorityFeeBits | computeUnitLimitBit | loadedAccountsDataSizeLimitBit | heapSizeBit;

/// The configured values of 4 bytes, in the order of their bits.
struct ConfigValue
{
    std::uint32_t bit;
    std::optional<std::uint32_t> SolanaConfig::*member;
};
constexpr ConfigValue configValues[] = {
    {computeUnitLimitBit, &SolanaConfig::computeUnitLimit},
    {loadedAccountsDataSizeLimitBit, &SolanaConfig::loadedAccountsDataSizeLimit},
    {heapSizeBit, &SolanaConfig::heapSize},
};

/// Of an unknown bit nobody can tell what it asks for, nor how many bytes are its value.
Status checkMask(std::uint32_t mask)
{
    if ((mask & ~knownBits) != 0) {
        return malformedMessage("the configuration mask has unknown bits");
    }
    const std::uint32_t fee = mask & priorityFeeBits;
    if (fee != 0 && fee != priorityFeeBits) {
        return malformedMessage("the configuration mask has half of a priority fee");
    }
    return {};
}

SolanaConfig readConfig(SolanaMessageReader& reader, std::uint32_t mask)
{
    SolanaConfig config;
    if ((mask & priorityFeeBits) == priorityFeeBits) {
        config.priorityFeeLamports = reader.u64();
    }
    for (const ConfigValue& value : configValues) {
        if ((mask & value.bit) != 0) {
            config.*value.member = reader.u32();
        }
    }
    return config;
}

std::uint32_t maskOf(const SolanaConfig& config)
{
    std::uint32_t mask = config.priorityFeeLamports ? priorityFeeBits : 0;
    for (const ConfigValue& value : configValues) {
        mask |= config.*value.member ? value.bit : 0;
    }
    return mask;
}

struct InstructionHeader
{
    std::uint8_t programIdIndex;
    std::uint8_t accountCount;
    std::uint16_t dataBytes;
};

/// Braced lists are evaluated in order, so that the members are read as they lie.
InstructionHeader readHeader(SolanaMessageReader& reader)
{
    return InstructionHeader{reader.byte(), reader.byte(), reader.u16()};
}

void appendV1(Bytes& out, BytesView bytes)
{
    out.insert(out.end(), bytes.begin(), bytes.end());
}

template <typename Integer>
void appendInteger(Bytes& out, Integer value)
{
    for (std::size_t i = 0; i < sizeof(Integer); ++i) {
        out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
}

void appendInstructions(Bytes& out, const std::vector<SolanaInstruction>& instructions)
{
    for (const SolanaInstruction& instruction : instructions) {
        out.push_back(instruction.programIdIndex);
        out.push_back(static_cast<std::uint8_t>(instruction.accounts.size()));
        appendInteger(out, static_cast<std::uint16_t>(instruction.data.size()));
    }
    for (const SolanaInstruction& instruction : instructions) {
        appendV1(out, instruction.accounts);
        appendV1(out, instruction.data);
    }
}

}  // namespace

Result<SolanaMessage> read(BytesView bytes)
{
    SolanaMessageReader reader(bytes);
    if (reader.byte() != versionByte) {
        return malformedMessage("no message of version 1");
    }
    SolanaMessage message;
    message.version = 1;
    message.requiredSignatures = reader.byte();
    message.readonlySigned = reader.byte();
    message.readonlyUnsigned = reader.byte();
    const std::uint32_t mask = reader.u32();
    RETURN_IF_ERROR(checkMask(mask));
    message.recentBlockhash = reader.key();
    const std::uint8_t instructionCount = reader.byte();
    const std::uint8_t addressCount = reader.byte();
    message.accountKeys = reader.list<SolanaAddress>(addressCount, [&] { return reader.key(); });
    message.config = readConfig(reader, mask);
    const auto headers = reader.list<InstructionHeader>(instructionCount, [&] { return readHeader(reader); });
    for (const InstructionHeader& header : headers) {
        message.instructions.push_back(
            {header.programIdIndex, reader.bytes(header.accountCount), reader.bytes(header.dataBytes)});
    }
    if (reader.failed()) {
        return failure(reader.error());
    }
    if (!reader.atEnd()) {
        return malformedMessage("bytes behind the message's end");
    }
    return message;
}

Status checkLimits(const SolanaMessage& message)
{
    if (message.requiredSignatures > maxSignatures) {
        return malformedMessage("more than 12 signatures");
    }
    if (message.accountKeys.size() > maxAddresses) {
        return malformedMessage("more than 64 accounts");
    }
    if (message.instructions.size() > maxInstructions) {
        return malformedMessage("more than 64 instructions");
    }
    const std::uint32_t heap = message.config.heapSize.value_or(minHeap);
    if (heap < minHeap || heap > maxHeap || heap % heapUnit != 0) {
        return malformedMessage("a heap size that the runtime refuses");
    }
    return {};
}

Bytes write(const SolanaMessage& message)
{
    Bytes out{versionByte, message.requiredSignatures, message.readonlySigned, message.readonlyUnsigned};
    appendInteger(out, maskOf(message.config));
    appendV1(out, message.recentBlockhash);
    out.push_back(static_cast<std::uint8_t>(message.instructions.size()));
    out.push_back(static_cast<std::uint8_t>(message.accountKeys.size()));
    for (const SolanaAddress& key : message.accountKeys) {
        appendV1(out, key);
    }
    if (message.config.priorityFeeLamports) {
        appendInteger(out, *message.config.priorityFeeLamports);
    }
    for (const ConfigValue& value : configValues) {
        if (const auto& given = message.config.*value.member) {
            appendInteger(out, *given);
        }
    }
    appendInstructions(out, message.instructions);
    return out;
}

}  // namespace countersign::solana::v1
