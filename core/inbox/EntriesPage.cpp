#include "core/inbox/EntriesPage.h"

#include "core/base/Base64.h"
#include "core/base/Json.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace countersign {

namespace {

constexpr std::size_t maxKindCharacters = 64;
constexpr std::size_t maxValues = 2'000'000;

tl::unexpected<Error> brokenAnswer(const QString& detail)
{
    return failure(ErrorCode::Network,
                   QCoreApplication::translate(
                       "EntriesPage",
                       "The relay's answer cannot be understood. Check the relay's address and that "
                       "relay and console have matching versions."),
                   detail);
}

std::optional<std::int64_t> wholeNumber(const Json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_unsigned() ||
        found->get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
        return std::nullopt;
    }
    return found->get<std::int64_t>();
}

std::optional<UnixMillis> readTime(const Json& object)
{
    const auto found = object.find("receivedAt");
    if (found != object.end() && found->is_string()) {
        return fromIso8601(found->get_ref<const std::string&>());
    }
    return wholeNumber(object, "receivedAt");
}

bool readHeaders(const Json& object, FeedEntry& entry)
{
    const auto found = object.find("headers");
    if (found == object.end() || !found->is_object()) {
        return false;
    }
    for (const auto& [name, value] : found->items()) {
        if (value.is_string()) {
            entry.headers.emplace_back(name, value.get<std::string>());
            continue;
        }
        if (!value.is_array() ||
            !std::ranges::all_of(value, [](const Json& one) { return one.is_string(); })) {
            return false;
        }
        for (const Json& one : value) {
            entry.headers.emplace_back(name, one.get<std::string>());
        }
    }
    return true;
}

bool isKind(std::string_view kind)
{
    return !kind.empty() && kind.size() <= maxKindCharacters &&
           std::ranges::all_of(kind, [](char c) { return c > ' ' && c <= '~'; });
}

Result<FeedEntry> readEntry(const Json& json, std::int64_t after)
{
    if (!json.is_object()) {
        return brokenAnswer(QStringLiteral("an entry is no object"));
    }
    FeedEntry entry;
    const auto seq = wholeNumber(json, "seq");
    if (!seq || *seq <= after) {
        return brokenAnswer(QStringLiteral("'seq' is missing or not ascending after %1").arg(after));
    }
    entry.seq = *seq;
    const auto at = [&](const char* member) {
        return brokenAnswer(QStringLiteral("'%1' of entry %2").arg(QLatin1String(member)).arg(*seq));
    };
    auto kind = requiredString(json, "kind");
    if (!kind || !isKind(*kind)) {
        return at("kind");
    }
    entry.kind = *std::move(kind);
    const auto receivedAt = readTime(json);
    if (!receivedAt) {
        return at("receivedAt");
    }
    entry.receivedAt = *receivedAt;
    if (!readHeaders(json, entry)) {
        return at("headers");
    }
    const auto body = json.find("bodyBase64");
    auto bytes = body != json.end() && body->is_string() ? fromBase64(body->get_ref<const std::string&>())
                                                         : Result<Bytes>(at("bodyBase64"));
    if (!bytes) {
        return at("bodyBase64");
    }
    entry.body = *std::move(bytes);
    return entry;
}

}  // namespace

Result<FeedPage> parseEntriesPage(BytesView json, std::int64_t after)
{
    const auto parsed =
        parseJson(asText(json), {.maxBytes = entriesPageMaxBytes, .maxDepth = 8, .maxValues = maxValues});
    if (!parsed) {
        return brokenAnswer(parsed.error().detail);
    }
    if (!parsed->is_object()) {
        return brokenAnswer(QStringLiteral("not an object"));
    }
    const auto entries = parsed->find("entries");
    if (entries == parsed->end() || !entries->is_array()) {
        return brokenAnswer(QStringLiteral("'entries' is missing"));
    }
    FeedPage page;
    page.entries.reserve(entries->size());
    std::int64_t last = after;
    for (const Json& element : *entries) {
        auto entry = readEntry(element, last);
        if (!entry) {
            return failure(entry.error());
        }
        last = entry->seq;
        page.entries.push_back(*std::move(entry));
    }
    const auto cursor = wholeNumber(*parsed, "cursor");
    if (!cursor || *cursor < last) {
        return brokenAnswer(QStringLiteral("'cursor' is missing or behind the entries"));
    }
    page.cursor = *cursor;
    return page;
}

}  // namespace countersign
