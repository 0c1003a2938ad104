#include "core/chain/solana/message/CompactU16.h"

#include <QCoreApplication>

namespace countersign::solana {

namespace {

struct CompactU16Text
{
    Q_DECLARE_TR_FUNCTIONS(CompactU16Text)
};

constexpr std::size_t maxBytes = 3;
constexpr std::uint32_t maxValue = 0xffff;

tl::unexpected<Error> malformedLength(const char* detail)
{
    return failure(ErrorCode::InvalidInput,
                   CompactU16Text::tr("A length in this Solana transaction is malformed."),
                   QLatin1String(detail));
}

}  // namespace

Result<std::uint16_t> takeCompactU16(BytesView& rest)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < maxBytes; ++i) {
        if (i == rest.size()) {
            return malformedLength("a compact-u16 is cut off");
        }
        const std::uint8_t byte = rest[i];
        if (byte == 0 && i > 0) {
            return malformedLength("a compact-u16 is longer than it need be");
        }
        value |= static_cast<std::uint32_t>(byte & 0x7fU) << (7 * i);
        if ((byte & 0x80U) == 0) {
            if (value > maxValue) {
                return malformedLength("a compact-u16 is above 65535");
            }
            rest = rest.subspan(i + 1);
            return static_cast<std::uint16_t>(value);
        }
    }
    return malformedLength("a compact-u16 has more than 3 bytes");
}

void appendCompactU16(Bytes& out, std::uint16_t value)
{
    std::uint32_t rest = value;
    while (rest > 0x7f) {
        out.push_back(static_cast<std::uint8_t>((rest & 0x7fU) | 0x80U));
        rest >>= 7U;
    }
    out.push_back(static_cast<std::uint8_t>(rest));
}

}  // namespace countersign::solana
