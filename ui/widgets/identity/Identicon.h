#pragma once

#include "core/base/Bytes.h"

#include <QPixmap>

namespace countersign {

/// What an identicon shows, derived from SHA-256 of all bytes of the address: a mirrored 5×5 pattern and two
/// hues far apart. Addresses that agree in their first and last characters still look different.
struct IdenticonShape
{
    std::array<bool, 15> cells{};   ///< three columns of five, the others mirror them
    std::array<bool, 15> second{};  ///< painted in the second colour
    int hue = 0;                    ///< 0…359
    int secondHue = 0;
    bool operator==(const IdenticonShape&) const = default;
};

IdenticonShape identiconShape(BytesView addressBytes);

/// size in device-independent pixels; cached by address, size and theme.
QPixmap identicon(BytesView addressBytes, int size, qreal pixelRatio);

}  // namespace countersign
