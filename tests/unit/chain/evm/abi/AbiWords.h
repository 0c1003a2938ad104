#pragma once

#include "core/base/encoding/Hex.h"
#include "core/chain/evm/abi/AbiValue.h"

#include <QTest>

#include <cstring>
#include <string>

namespace countersign::testing {

/// 32 bytes in hex, a number at their end.
inline std::string word(const char* hex)
{
    return std::string(64 - std::strlen(hex), '0') + hex;
}

/// 32 bytes in hex, a text at their beginning.
inline std::string textWord(const char* text)
{
    const std::string hex = toHex(asBytes(text));
    return hex + std::string(64 - hex.size(), '0');
}

/// 32 bytes of one digit.
inline std::string allOf(char digit)
{
    return std::string(64, digit);
}

/// The parameters that stand in brackets: "(uint256,bytes)".
inline std::vector<AbiParameter> parametersOf(const std::string& brackets)
{
    const auto function = parseAbiFunction("f" + brackets);
    if (!function) {
        qFatal("the test's signature is wrong: %s", qPrintable(function.error().detail));
    }
    return function->inputs;
}

inline Result<AbiArguments> decoded(const std::string& brackets, const std::string& hex)
{
    return decodeAbi(parametersOf(brackets), *fromHex(hex));
}

}  // namespace countersign::testing
