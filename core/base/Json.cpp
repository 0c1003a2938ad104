#include "core/base/Json.h"

#include <QCoreApplication>

#include <set>
#include <vector>

namespace countersign {

namespace {

tl::unexpected<Error> badJson(const QString& detail)
{
    return failure(ErrorCode::InvalidInput,
                   QCoreApplication::translate("Json", "This is not acceptable JSON."), detail);
}

/// Watches the parser through its callback: the parser itself is iterative, so depth costs nothing before it
/// is refused here.
class Guard
{
public:
    explicit Guard(const JsonLimits& limits) : m_limits(limits) {}

    bool operator()(int depth, Json::parse_event_t event, const Json& parsed)
    {
        using Event = Json::parse_event_t;
        if (event == Event::object_start || event == Event::array_start) {
            if (depth + 1 > m_limits.maxDepth) {
                refuse(QStringLiteral("nested too deeply"));
            }
            m_members.emplace_back();
            count();
        } else if (event == Event::object_end || event == Event::array_end) {
            m_members.pop_back();
        } else if (event == Event::key) {
            std::set<std::string>& members = m_members.back();
            if (!members.insert(parsed.get_ref<const std::string&>()).second) {
                refuse(QStringLiteral("a member occurs twice"));
            }
            if (members.size() > m_limits.maxMembers) {
                refuse(QStringLiteral("too many members in one object"));
            }
        } else {
            count();
        }
        return true;
    }

    const QString& reason() const { return m_reason; }

private:
    void count()
    {
        if (++m_values > m_limits.maxValues) {
            refuse(QStringLiteral("too many values"));
        }
    }
    /// The callback cannot stop the parser except by an exception; it is caught in parseJson below.
    [[noreturn]] void refuse(const QString& reason)
    {
        m_reason = reason;
        throw std::length_error("json limits");
    }

    JsonLimits m_limits;
    std::vector<std::set<std::string>> m_members;
    std::size_t m_values = 0;
    QString m_reason;
};

}  // namespace

Result<Json> parseJson(std::string_view text, const JsonLimits& limits)
{
    if (text.size() > limits.maxBytes) {
        return badJson(QStringLiteral("larger than %1 bytes").arg(limits.maxBytes));
    }
    if (text.find('\0') != std::string_view::npos) {
        // The parser takes a zero byte for the end of its input; what stood behind it would go unseen.
        return badJson(QStringLiteral("a zero byte"));
    }
    Guard guard(limits);
    try {
        return Json::parse(text.begin(), text.end(), std::ref(guard));
    } catch (const Json::parse_error& error) {
        return badJson(QStringLiteral("byte %1").arg(error.byte));
    } catch (const std::exception&) {
        return badJson(guard.reason().isEmpty() ? QStringLiteral("a number is out of range")
                                                : guard.reason());
    }
}

std::string dumpJson(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::optional<std::string>> optionalString(const Json& json, const char* member)
{
    if (!json.is_object()) {
        return std::optional<std::string>();
    }
    const auto found = json.find(member);
    if (found == json.end() || found->is_null()) {
        return std::optional<std::string>();
    }
    if (!found->is_string()) {
        return badJson(QStringLiteral("member '%1' is not a string").arg(QString::fromLatin1(member)));
    }
    return std::optional<std::string>(found->get<std::string>());
}

Result<std::string> requiredString(const Json& json, const char* member)
{
    auto value = optionalString(json, member);
    if (!value) {
        return failure(value.error());
    }
    if (!value->has_value()) {
        return badJson(QStringLiteral("member '%1' is missing").arg(QString::fromLatin1(member)));
    }
    return std::move(**value);
}

}  // namespace countersign
