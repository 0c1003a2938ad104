#pragma once

#include <string_view>

namespace countersign {

/// The key under which the freeze of all signing is vouched for, as a setting is (TrustedSettings). It is not
/// one that is set by hand: core/signing/approval/SigningFreeze.h says what it means.
inline constexpr std::string_view freezeSettingKey = "signing.freeze";

}  // namespace countersign
