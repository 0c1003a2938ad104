#pragma once

#include "core/base/Uint256.h"

#include <QString>

// Amounts as exact decimal text, and back. Amounts that are signed are exact: they never pass through
// floating point and are never localised; the decimal separator is a point, there are no groups.

namespace countersign {

/// value in whole units of 10^decimals: "0.5", "12", "0.000000000000000001". decimals is
/// 0…255.
QString amountText(const Uint256& value, int decimals);

/// The inverse: digits with at most one point, at most decimals digits behind it, below 2^256. No sign, no
/// exponent, no comma, no group, no blank inside; InvalidInput with a sentence otherwise.
Result<Uint256> parseAmount(const QString& text, int decimals);

inline constexpr int nativeDecimals = 18;     ///< wei in an EVM chain's own coin
inline constexpr int lamportDecimals = 9;     ///< lamports in a SOL
inline constexpr int mostTokenDecimals = 77;  ///< 10^77 is the largest power below 2^256

}  // namespace countersign
