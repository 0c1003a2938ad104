#include "core/base/encoding/Base58.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign {

namespace {

struct Base58Text
{
    Q_DECLARE_TR_FUNCTIONS(Base58Text)
};

constexpr std::string_view alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t maxBase58Characters = base58MaxBytes * 138 / 100 + 1;  // log 256 / log 58 = 1.3658…

constexpr std::array<int, 256> reverseAlphabet()
{
    std::array<int, 256> table{};
    for (int& entry : table) {
        entry = -1;
    }
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<int>(i);
    }
    return table;
}

constexpr std::array<int, 256> valueOf = reverseAlphabet();

/// number = number * factor + addend, where number is little-endian in the given base.
template <typename Digit>
void multiplyAdd(std::vector<Digit>& number, unsigned factor, unsigned addend, unsigned base)
{
    unsigned carry = addend;
    for (Digit& digit : number) {
        carry += static_cast<unsigned>(digit) * factor;
        digit = static_cast<Digit>(carry % base);
        carry /= base;
    }
    while (carry > 0) {
        number.push_back(static_cast<Digit>(carry % base));
        carry /= base;
    }
}

tl::unexpected<Error> badBase58(const char* detail)
{
    return failure(ErrorCode::InvalidInput, Base58Text::tr("This is not Base58 text."),
                   QString::fromLatin1(detail));
}

}  // namespace

std::string toBase58(BytesView bytes)
{
    if (bytes.size() > base58MaxBytes) {
        return {};
    }
    const auto firstNonZero = std::find_if(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b != 0; });
    std::vector<std::uint8_t> digits;
    for (auto it = firstNonZero; it != bytes.end(); ++it) {
        multiplyAdd(digits, 256, *it, 58);
    }
    std::string text(static_cast<std::size_t>(firstNonZero - bytes.begin()), alphabet[0]);
    std::transform(digits.rbegin(), digits.rend(), std::back_inserter(text),
                   [](std::uint8_t digit) { return alphabet[digit]; });
    return text;
}

Result<Bytes> fromBase58(std::string_view text)
{
    if (text.size() > maxBase58Characters) {
        return badBase58("too long");
    }
    const std::size_t zeros = std::min(text.find_first_not_of(alphabet[0]), text.size());
    Bytes number;
    for (const char c : text.substr(zeros)) {
        const int value = valueOf[static_cast<unsigned char>(c)];
        if (value < 0) {
            return badBase58("a character outside the alphabet");
        }
        multiplyAdd(number, 58, static_cast<unsigned>(value), 256);
    }
    Bytes bytes(zeros, 0);
    bytes.insert(bytes.end(), number.rbegin(), number.rend());
    if (bytes.size() > base58MaxBytes) {
        return badBase58("too long");
    }
    return bytes;
}

}  // namespace countersign
