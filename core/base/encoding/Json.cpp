#include "core/base/encoding/Json.h"

#include <QCoreApplication>

#include <algorithm>
#include <vector>

namespace countersign {

namespace {

struct JsonText
{
    Q_DECLARE_TR_FUNCTIONS(JsonText)
};

tl::unexpected<Error> badJson(const QString& detail)
{
    return failure(ErrorCode::InvalidInput, JsonText::tr("This is not acceptable JSON."), detail);
}

constexpr int numberOutOfRange = 406;  // nlohmann's id of that error
/// Objects up to this size are searched for doubled members as they are; sorting costs more.
constexpr std::size_t fewMembers = 8;

bool hasDoubled(const std::vector<std::string>& names)
{
    if (names.size() <= fewMembers) {
        for (std::size_t i = 1; i < names.size(); ++i) {
            if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
                names.begin() + static_cast<std::ptrdiff_t>(i)) {
                return true;
            }
        }
        return false;
    }
    std::vector<std::string_view> sorted(names.begin(), names.end());
    std::ranges::sort(sorted);
    return std::ranges::adjacent_find(sorted) != sorted.end();
}

/// Why this class exists: the library's own builder costs the square of an array's elements as soon as
/// somebody watches it, and the square of an object's members always. This one keeps what is open on a stack
/// and puts each array and object together once, when it ends. The parser that calls it is iterative, so
/// depth costs nothing before it is refused here.
class JsonBuilder final : public nlohmann::json_sax<Json>
{
public:
    explicit JsonBuilder(const JsonLimits& limits) : m_limits(limits) {}

    bool null() override { return add(Json()); }
    bool boolean(bool value) override { return add(Json(value)); }
    bool number_integer(number_integer_t value) override { return add(Json(value)); }
    bool number_unsigned(number_unsigned_t value) override { return add(Json(value)); }
    bool number_float(number_float_t value, const string_t& /*text*/) override { return add(Json(value)); }
    bool string(string_t& value) override { return add(Json(std::move(value))); }
    bool binary(binary_t& /*value*/) override { return false; }  // no text holds one

    bool start_object(std::size_t /*elements*/) override { return open(); }
    bool key(string_t& name) override
    {
        std::vector<std::string>& names = m_open.back().names;
        if (names.size() >= m_limits.maxMembers) {
            return refuse(QStringLiteral("too many members in one object"));
        }
        names.push_back(std::move(name));
        return true;
    }
    bool end_object() override
    {
        if (hasDoubled(m_open.back().names)) {
            return refuse(QStringLiteral("a member occurs twice"));
        }
        Level level = std::move(m_open.back());
        m_open.pop_back();
        Json json = Json::object();
        auto& members = json.get_ref<Json::object_t&>();
        // Past the container's own insertion, which would look for each name among those before it.
        members.reserve(level.names.size());
        for (std::size_t i = 0; i < level.names.size(); ++i) {
            members.emplace_back(std::move(level.names[i]), std::move(level.values[i]));
        }
        return put(std::move(json));
    }

    bool start_array(std::size_t /*elements*/) override { return open(); }
    bool end_array() override
    {
        Json json = Json::array();
        json.get_ref<Json::array_t&>() = std::move(m_open.back().values);
        m_open.pop_back();
        return put(std::move(json));
    }

    bool parse_error(std::size_t position, const std::string& /*token*/,
                     const nlohmann::detail::exception& error) override
    {
        return refuse(error.id == numberOutOfRange ? QStringLiteral("a number is out of range")
                                                   : QStringLiteral("byte %1").arg(position));
    }

    Json take() { return std::move(m_whole); }
    const QString& reason() const { return m_reason; }

private:
    /// An array or object whose end has not come; names only of an object.
    struct Level
    {
        Json::array_t values;
        std::vector<std::string> names;
    };

    bool open()
    {
        if (static_cast<int>(m_open.size()) >= m_limits.maxDepth) {
            return refuse(QStringLiteral("nested too deeply"));
        }
        m_open.emplace_back();
        return count();
    }
    bool add(Json value) { return count() && put(std::move(value)); }
    bool put(Json value)
    {
        if (m_open.empty()) {
            m_whole = std::move(value);
        } else {
            m_open.back().values.push_back(std::move(value));
        }
        return true;
    }
    bool count() { return ++m_values <= m_limits.maxValues || refuse(QStringLiteral("too many values")); }
    bool refuse(const QString& reason)
    {
        m_reason = reason;
        return false;
    }

    JsonLimits m_limits;
    std::vector<Level> m_open;
    std::size_t m_values = 0;
    Json m_whole;
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
    JsonBuilder builder(limits);
    if (!Json::sax_parse(text.begin(), text.end(), &builder)) {
        return badJson(builder.reason());
    }
    return builder.take();
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
    ASSIGN_OR_RETURN(auto value, optionalString(json, member));
    if (!value.has_value()) {
        return badJson(QStringLiteral("member '%1' is missing").arg(QString::fromLatin1(member)));
    }
    return std::move(*value);
}

}  // namespace countersign
