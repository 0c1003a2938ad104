#include "core/chain/solana/programs/InstructionReader.h"

#include "core/base/text/Utf8.h"
#include "core/chain/solana/message/CompactU16.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::solana {

namespace {

struct InstructionReaderText
{
    Q_DECLARE_TR_FUNCTIONS(InstructionReaderText)
};

template <typename T>
T fromLittleEndian(BytesView bytes)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        value |= std::uint64_t{bytes[i]} << (8 * i);
    }
    return static_cast<T>(value);
}

tl::unexpected<Error> oddData(const char* detail)
{
    return failure(ErrorCode::InvalidInput,
                   InstructionReaderText::tr("The data of this Solana instruction cannot be read in full."),
                   QLatin1String(detail));
}

}  // namespace

BytesView InstructionReader::take(std::size_t count)
{
    if (!m_fine || remaining() < count) {
        // Nothing may be read behind a gap, and whoever loops until nothing remains must come to an end.
        m_fine = false;
        m_at = m_data.size();
        return {};
    }
    const BytesView taken = m_data.subspan(m_at, count);
    m_at += count;
    return taken;
}

std::uint8_t InstructionReader::u8()
{
    return fromLittleEndian<std::uint8_t>(take(sizeof(std::uint8_t)));
}

std::uint16_t InstructionReader::u16()
{
    return fromLittleEndian<std::uint16_t>(take(sizeof(std::uint16_t)));
}

std::uint32_t InstructionReader::u32()
{
    return fromLittleEndian<std::uint32_t>(take(sizeof(std::uint32_t)));
}

std::uint64_t InstructionReader::u64()
{
    return fromLittleEndian<std::uint64_t>(take(sizeof(std::uint64_t)));
}

std::int64_t InstructionReader::i64()
{
    return static_cast<std::int64_t>(u64());
}

bool InstructionReader::boolean()
{
    const std::uint8_t value = u8();
    m_fine = m_fine && value <= 1;
    return value == 1;
}

SolanaAddress InstructionReader::address()
{
    SolanaAddress address{};
    std::ranges::copy(take(address.size()), address.begin());
    return address;
}

std::optional<SolanaAddress> InstructionReader::optionalAddress()
{
    if (!boolean()) {
        return std::nullopt;
    }
    return address();
}

Bytes InstructionReader::bytes(std::size_t count)
{
    return toBytes(take(count));
}

std::uint16_t InstructionReader::compactU16()
{
    BytesView rest = m_data.subspan(m_at);
    const auto value = takeCompactU16(rest);
    if (!value) {
        m_fine = false;
        return 0;
    }
    take(remaining() - rest.size());
    return m_fine ? *value : std::uint16_t{0};
}

std::string InstructionReader::bincodeText()
{
    const std::uint64_t length = u64();
    const std::string_view text = asText(take(static_cast<std::size_t>(length)));
    m_fine = m_fine && isWellFormedUtf8(text);
    return std::string(text);
}

std::string InstructionReader::borshText()
{
    const std::string_view text = asText(take(u32()));
    m_fine = m_fine && isWellFormedUtf8(text);
    return std::string(text);
}

Bytes InstructionReader::rest()
{
    return bytes(remaining());
}

Status InstructionReader::finish() const
{
    if (!m_fine) {
        return oddData("the data is cut off, or a value in it is none that the program knows");
    }
    if (remaining() > 0) {
        return oddData("bytes are left behind the instruction's data");
    }
    return {};
}

}  // namespace countersign::solana
