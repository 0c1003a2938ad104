#include "core/rpc/RpcUrl.h"

#include "core/base/ServiceUrl.h"

#include <QCoreApplication>
#include <QUrlQuery>

#include <algorithm>

namespace countersign {

namespace {

struct RpcUrlText
{
    Q_DECLARE_TR_FUNCTIONS(RpcUrlText)
};

constexpr qsizetype maxCharacters = 2048;
constexpr qsizetype shortestKey = 8;

void collect(QStringList& keys, const QString& encoded)
{
    for (const QString& form : {encoded, QUrl::fromPercentEncoding(encoded.toUtf8())}) {
        if (form.size() >= shortestKey && !keys.contains(form)) {
            keys.append(form);
        }
    }
}

}  // namespace

Result<QUrl> parseRpcUrl(const QString& text)
{
    QUrl url(text, QUrl::StrictMode);
    // A query is all that the common rule would refuse besides.
    const auto service = parseServiceUrl(url.adjusted(QUrl::RemoveQuery).toString(QUrl::FullyEncoded));
    if (text.size() > maxCharacters || !url.isValid() || !service) {
        return failure(
            ErrorCode::InvalidInput,
            RpcUrlText::tr("This is not the address of an RPC node. Enter one of the form https://host/… "
                           "(http:// is allowed to this machine alone)."),
            QStringLiteral("RPC address"));
    }
    return url;
}

QStringList keysOf(const QUrl& url)
{
    QStringList keys;
    for (const QString& segment : url.path(QUrl::FullyEncoded).split(u'/')) {
        collect(keys, segment);
    }
    collect(keys, url.query(QUrl::FullyEncoded));
    for (const auto& [name, value] : QUrlQuery(url).queryItems(QUrl::FullyEncoded)) {
        collect(keys, name);
        collect(keys, value);
    }
    // The longest first: striking out a part of one would leave the rest of it standing.
    std::ranges::sort(keys, std::greater(), &QString::size);
    return keys;
}

}  // namespace countersign
