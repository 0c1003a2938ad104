#pragma once

#include "ui/review/content/ReviewContent.h"

namespace countersign {

/// The same review while amounts are hidden (AmountVisibility): no number that stands by itself is left in
/// what it says, and what is nothing but bytes is left out, because they hold the amounts too. Hashes stay.
ReviewContent withHiddenAmounts(ReviewContent review);

}  // namespace countersign
