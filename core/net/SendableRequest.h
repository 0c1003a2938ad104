#pragma once

#include "core/net/HttpExchange.h"

#include <string_view>

namespace countersign {

std::string_view headerText(const QByteArray& bytes);

/// InvalidInput where something of it cannot be sent as it is.
Status checkSendable(const HttpRequest& request);

}  // namespace countersign
