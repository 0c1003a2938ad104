#include "core/net/SendableRequest.h"

#include "core/base/ServiceUrl.h"
#include "core/base/text/Ascii.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct SendableRequestText
{
    Q_DECLARE_TR_FUNCTIONS(SendableRequestText)
};

bool isHeaderName(const QByteArray& name)
{
    return !name.isEmpty() &&
           std::ranges::all_of(name, [](char c) { return ascii::isAlphanumeric(c) || c == '-' || c == '_'; });
}

/// They are written as they are: a line end would begin another header.
bool isHeaderValue(std::string_view value)
{
    return std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

std::string_view headerText(const QByteArray& bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

Status checkSendable(const HttpRequest& request)
{
    if (const auto url =
            parseServiceUrl(request.url.adjusted(QUrl::RemoveQuery).toString(QUrl::FullyEncoded));
        !url) {
        return failure(url.error());
    }
    const bool plain = std::ranges::all_of(request.headers, [](const auto& header) {
        return isHeaderName(header.first) && isHeaderValue(headerText(header.second));
    });
    const bool secret = std::ranges::all_of(request.secretHeaders, [](const auto& header) {
        return isHeaderName(header.first) && isHeaderValue(header.second.text());
    });
    if (!plain || !secret) {
        return failure(
            ErrorCode::InvalidInput,
            SendableRequestText::tr(
                "A name or a credential holds characters that cannot be sent. Enter it again, without "
                "line ends."),
            QStringLiteral("header with unprintable characters"));
    }
    const bool hasBody = request.method == "POST" || request.method == "PUT";
    if (!hasBody && ((request.method != "GET" && request.method != "DELETE") || !request.body.isEmpty())) {
        return failure(ErrorCode::Internal, SendableRequestText::tr("This request cannot be sent."),
                       QStringLiteral("method or body"));
    }
    return {};
}

}  // namespace countersign
