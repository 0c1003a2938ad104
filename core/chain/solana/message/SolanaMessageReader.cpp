#include "core/chain/solana/message/SolanaMessageReader.h"

#include "core/chain/solana/message/CompactU16.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::solana {

namespace {

struct SolanaMessageReaderText
{
    Q_DECLARE_TR_FUNCTIONS(SolanaMessageReaderText)
};

}  // namespace

tl::unexpected<Error> malformedMessage(const char* detail)
{
    return failure(ErrorCode::InvalidInput,
                   SolanaMessageReaderText::tr("This is not a complete and well-formed Solana transaction."),
                   QLatin1String(detail));
}

std::uint8_t SolanaMessageReader::byte()
{
    return static_cast<std::uint8_t>(integer(1));
}

std::uint16_t SolanaMessageReader::u16()
{
    return static_cast<std::uint16_t>(integer(2));
}

std::uint32_t SolanaMessageReader::u32()
{
    return static_cast<std::uint32_t>(integer(4));
}

std::uint64_t SolanaMessageReader::u64()
{
    return integer(8);
}

std::array<std::uint8_t, messageKeyBytes> SolanaMessageReader::key()
{
    std::array<std::uint8_t, messageKeyBytes> key{};
    std::ranges::copy(take(messageKeyBytes), key.begin());
    return key;
}

Bytes SolanaMessageReader::bytes(std::size_t count)
{
    return toBytes(take(count));
}

std::size_t SolanaMessageReader::length()
{
    if (failed()) {
        return 0;
    }
    const auto value = takeCompactU16(m_rest);
    if (!value) {
        m_error = value.error();
        return 0;
    }
    return *value;
}

BytesView SolanaMessageReader::take(std::size_t count)
{
    if (failed() || m_rest.size() < count) {
        if (!failed()) {
            m_error = malformedMessage("the message is cut off").value();
        }
        return {};
    }
    const BytesView taken = m_rest.first(count);
    m_rest = m_rest.subspan(count);
    return taken;
}

std::uint64_t SolanaMessageReader::integer(std::size_t count)
{
    const BytesView taken = take(count);
    std::uint64_t value = 0;
    for (std::size_t i = taken.size(); i > 0; --i) {
        value = (value << 8U) | taken[i - 1];
    }
    return value;
}

}  // namespace countersign::solana
