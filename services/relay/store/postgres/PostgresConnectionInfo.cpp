#include "services/relay/store/postgres/PostgresConnectionInfo.h"

#include <QCoreApplication>

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <memory>

namespace countersign::relay {

namespace {

struct PostgresConnectionInfoText
{
    Q_DECLARE_TR_FUNCTIONS(PostgresConnectionInfoText)
};

constexpr std::array<std::string_view, 2> schemes{"postgresql://", "postgres://"};

/// The store sets these itself: another encoding would change texts, and whatever "options" can switch off.
constexpr std::array<std::string_view, 3> ours{"client_encoding", "options", "replication"};

std::string_view withoutScheme(std::string_view url)
{
    for (const std::string_view scheme : schemes) {
        if (url.starts_with(scheme)) {
            return url.substr(scheme.size());
        }
    }
    return {};
}

tl::unexpected<Error> unreadable(const QString& why)
{
    return failure(ErrorCode::InvalidInput,
                   PostgresConnectionInfoText::tr(
                       "The database's URL cannot be read: %1. It must be postgresql://USER@HOST/DATABASE, "
                       "with all special characters percent-encoded.")
                       .arg(why));
}

}  // namespace

bool PostgresConnectionInfo::isUrl(std::string_view url)
{
    return std::any_of(schemes.begin(), schemes.end(),
                       [url](std::string_view scheme) { return url.starts_with(scheme); });
}

bool PostgresConnectionInfo::mayHoldPassword(std::string_view url)
{
    const std::string_view rest = withoutScheme(url);
    const std::size_t at = rest.rfind('@');
    // The names of parameters can be percent-encoded, "password" too.
    return rest.find('?') != std::string_view::npos || (at != std::string_view::npos && rest.find(':') < at);
}

Result<PostgresConnectionInfo> PostgresConnectionInfo::parse(const std::string& url)
{
    // libpq would take "name=value" texts too.
    if (!isUrl(url)) {
        return unreadable(PostgresConnectionInfoText::tr("it does not begin with postgresql://"));
    }
    const std::string_view rest = withoutScheme(url);
    const std::size_t at = rest.find('@');
    if (at != std::string_view::npos && (at != rest.rfind('@') || at > rest.find_first_of("/?"))) {
        return unreadable(PostgresConnectionInfoText::tr("a \"@\", \"/\" or \"?\" is not percent-encoded"));
    }
    // No message is asked for: it would quote the URL.
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(url.c_str(), nullptr), &PQconninfoFree);
    if (!options) {
        return unreadable(PostgresConnectionInfoText::tr("it has an unknown form or name"));
    }
    PostgresConnectionInfo target;
    for (PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val == nullptr) {
            continue;
        }
        const std::string_view keyword = option->keyword;
        if (std::find(ours.begin(), ours.end(), keyword) != ours.end()) {
            return unreadable(
                PostgresConnectionInfoText::tr("the relay sets \"%1\" itself")
                    .arg(QString::fromLatin1(keyword.data(), static_cast<qsizetype>(keyword.size()))));
        }
        if (keyword == "password") {
            target.m_password = SecretBytes::copyOf(std::string_view(option->val));
            wipeMemory(option->val, std::string_view(option->val).size());
        } else {
            target.m_parameters.emplace_back(keyword, option->val);
        }
    }
    return target;
}

}  // namespace countersign::relay
