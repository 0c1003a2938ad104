#pragma once

#include "core/base/Result.h"

#include <QUrl>

#include <optional>

namespace countersign {

/// The form of an address in the settings explorer.evm and explorer.solana, such as
/// "https://etherscan.io/address/{address}": https, and the place for the address stands once, behind the
/// host. InvalidInput otherwise.
Result<std::string> parseExplorerTemplate(const QString& text);

/// Where a block explorer shows an address. Nothing unless the template is one and the address is made of
/// letters and digits, as those of EVM and Solana are: nothing else may become part of a link.
std::optional<QUrl> explorerLink(const std::string& explorerTemplate, const std::string& address);

}  // namespace countersign
