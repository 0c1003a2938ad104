#include "core/base/Uint256.h"

#include <QCoreApplication>

#include <algorithm>
#include <iterator>
#include <limits>

namespace countersign {

namespace {

struct Uint256Text
{
    Q_DECLARE_TR_FUNCTIONS(Uint256Text)
};

constexpr std::size_t maxDecimalDigits = 78;  // of 2^256 − 1
constexpr std::size_t maxHexDigits = 64;

tl::unexpected<Error> invalid(const char* detail)
{
    return failure(ErrorCode::InvalidInput,
                   Uint256Text::tr("This is not a whole number below 2^256, in decimal or as 0x-hex."),
                   QLatin1String(detail));
}

int digitOf(char c, int base)
{
    int digit = base;
    if (c >= '0' && c <= '9') {
        digit = c - '0';
    } else if (c >= 'a' && c <= 'f') {
        digit = c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
        digit = c - 'A' + 10;
    }
    return digit < base ? digit : -1;
}

Result<Uint256> parseDigits(std::string_view digits, int base)
{
    Uint256 value = 0;
    for (const char c : digits) {
        const int digit = digitOf(c, base);
        if (digit < 0) {
            return invalid("not a digit");
        }
        const Uint256 next = value * base + digit;
        // Only the last of 78 decimal digits can overflow, and then the value becomes smaller than its tenth.
        if (next / base != value) {
            return invalid("2^256 or more");
        }
        value = next;
    }
    return value;
}

}  // namespace

Result<Uint256> parseQuantity(std::string_view text)
{
    if (text.starts_with("0x") || text.starts_with("0X")) {
        const std::string_view digits = text.substr(2);
        if (digits.empty() || digits.size() > maxHexDigits) {
            return invalid("0x needs 1 to 64 hex digits");
        }
        return parseDigits(digits, 16);
    }
    if (text.empty() || text.size() > maxDecimalDigits || (text.size() > 1 && text.front() == '0')) {
        return invalid("empty, too long or with leading zeros");
    }
    return parseDigits(text, 10);
}

Result<std::uint64_t> parseQuantity64(std::string_view text)
{
    ASSIGN_OR_RETURN(const auto value, parseQuantity(text));
    if (value > std::numeric_limits<std::uint64_t>::max()) {
        return invalid("2^64 or more");
    }
    return static_cast<std::uint64_t>(value);
}

std::string toDecimal(const Uint256& value)
{
    return value.str();
}

std::string toHexQuantity(const Uint256& value)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    Uint256 rest = value;
    do {
        text.push_back(digits[static_cast<std::size_t>(rest & 0xf)]);
        rest >>= 4;
    } while (rest != 0);
    text += "x0";
    std::reverse(text.begin(), text.end());
    return text;
}

Bytes toBytes32(const Uint256& value)
{
    // Not by shifting: a shift by whole bytes makes the library copy within overlapping memory.
    Bytes digits;
    boost::multiprecision::export_bits(value, std::back_inserter(digits), 8);
    Bytes bytes(32 - digits.size());
    bytes.insert(bytes.end(), digits.begin(), digits.end());
    return bytes;
}

Bytes toMinimalBytes(const Uint256& value)
{
    const Bytes bytes = toBytes32(value);
    const auto first = std::find_if(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte != 0; });
    return {first, bytes.end()};
}

Result<Uint256> fromBigEndian(BytesView bytes)
{
    if (bytes.size() > 32) {
        return invalid("more than 32 bytes");
    }
    Uint256 value = 0;
    if (bytes.empty()) {
        return value;  // the library reads the first byte
    }
    boost::multiprecision::import_bits(value, bytes.begin(), bytes.end(), 8);
    return value;
}

std::optional<Uint256> addChecked(const Uint256& a, const Uint256& b)
{
    const Uint256 sum = a + b;
    return sum < a ? std::nullopt : std::optional<Uint256>(sum);
}

}  // namespace countersign
