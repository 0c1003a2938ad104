#include "core/dynamic/ErrorAnswer.h"

#include "core/base/encoding/Json.h"
#include "core/base/text/SanitizedText.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

constexpr qsizetype maxTextCharacters = 500;
constexpr qsizetype maxCodeCharacters = 64;
constexpr qsizetype maxPayloadCharacters = 200;
constexpr std::size_t maxReadBytes = std::size_t{64} * 1024;

struct ErrorAnswerText
{
    Q_DECLARE_TR_FUNCTIONS(ErrorAnswerText)
};

/// Makes the server's words fit to be shown: one line, without what could steer a terminal, turn the
/// direction of writing or be invisible, and without the secrets.
class Shown
{
public:
    explicit Shown(const std::vector<std::string_view>& secrets) : m_secrets(secrets) {}

    QString text(std::string_view bytes, qsizetype maxCharacters) const
    {
        QString kept = sanitizedText(bytes.substr(0, maxReadBytes));
        for (const std::string_view secret : m_secrets) {
            kept.replace(QLatin1String(secret.data(), static_cast<qsizetype>(secret.size())),
                         QLatin1String("***"));
        }
        return shortened(std::move(kept), maxCharacters);
    }

    QString text(const Json* value) const
    {
        return value != nullptr && value->is_string()
                   ? text(value->get_ref<const std::string&>(), maxTextCharacters)
                   : QString();
    }

    QString code(const Json* value) const
    {
        if (value == nullptr || (!value->is_string() && !value->is_number_integer())) {
            return {};
        }
        const QString code = text(value->is_string() ? value->get_ref<const std::string&>() : value->dump(),
                                  maxCodeCharacters);
        const bool isCode = std::ranges::all_of(code, [](QChar c) { return c >= u'!' && c <= u'~'; });
        return isCode ? code : QString();
    }

private:
    const std::vector<std::string_view>& m_secrets;
};

const Json* member(const Json& json, const char* name)
{
    if (!json.is_object()) {
        return nullptr;
    }
    const auto found = json.find(name);
    return found == json.end() || found->is_null() ? nullptr : &*found;
}

ErrorAnswer readObject(const Json& json, const Shown& shown)
{
    ErrorAnswer answer;
    const Json* const error = member(json, "error");
    const Json* const inner = error != nullptr && error->is_object() ? error : nullptr;
    const auto ofInner = [&](const char* name) { return inner != nullptr ? member(*inner, name) : nullptr; };
    for (const Json* text : {error, ofInner("message"), member(json, "message")}) {
        if (answer.text.isEmpty()) {
            answer.text = shown.text(text);
        }
    }
    for (const Json* code : {member(json, "code"), member(json, "error_code"), ofInner("code")}) {
        if (answer.code.isEmpty()) {
            answer.code = shown.code(code);
        }
    }
    if (const Json* const payload = member(json, "payload")) {
        answer.payload = shown.text(dumpJson(*payload), maxPayloadCharacters);
    }
    return answer;
}

QString detailOf(const QString& start, const ErrorAnswer& answer)
{
    QString detail = start;
    if (!answer.code.isEmpty()) {
        detail += QStringLiteral(", code ") + answer.code;
    }
    if (!answer.payload.isEmpty()) {
        detail += QStringLiteral(", payload ") + answer.payload;
    }
    return detail;
}

/// The words are told apart from ours.
QString withWords(const QString& sentence, const ErrorAnswer& answer)
{
    return answer.text.isEmpty()
               ? sentence
               : sentence + u' ' + ErrorAnswerText::tr("Dynamic says: “%1”").arg(answer.text);
}

QString pauseText(std::chrono::milliseconds pause)
{
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(pause).count();
    return QString::number(seconds);
}

}  // namespace

ErrorAnswer parseErrorAnswer(BytesView body, const std::vector<std::string_view>& secrets)
{
    const Shown shown(secrets);
    ErrorAnswer answer;
    const std::string_view text = asText(body);
    if (const auto json = parseJson(text, {.maxBytes = maxReadBytes, .maxDepth = 16, .maxValues = 1000})) {
        answer = readObject(*json, shown);
    }
    if (answer.text.isEmpty() && answer.code.isEmpty()) {
        answer.text = shown.text(text, maxTextCharacters);
    }
    return answer;
}

Error errorOfStatus(int status, const ErrorAnswer& answer,
                    std::optional<std::chrono::milliseconds> retryAfter)
{
    const QString detail = detailOf(QStringLiteral("HTTP %1").arg(status), answer);
    if (status == 429 || (status == 422 && answer.code == QStringLiteral("too_many_requests"))) {
        const QString sentence =
            retryAfter && retryAfter->count() > 0
                ? ErrorAnswerText::tr("Dynamic asks for patience. Try again in %1 seconds.")
                      .arg(pauseText(*retryAfter))
                : ErrorAnswerText::tr("Dynamic asks for patience. Try again in a while.");
        return {ErrorCode::Busy, withWords(sentence, answer), detail};
    }
    switch (status) {
        case 401:
            return {
                ErrorCode::Denied,
                withWords(ErrorAnswerText::tr(
                              "Dynamic does not accept the credentials. Check the API token in the settings, "
                              "and whether the delegation still stands."),
                          answer),
                detail};
        case 403:
            return {ErrorCode::Denied,
                    withWords(
                        ErrorAnswerText::tr(
                            "Dynamic refuses this. Check the API token's permissions, the delegation and the "
                            "policies of the environment."),
                        answer),
                    detail};
        case 404:
            return {
                ErrorCode::NotFound,
                withWords(ErrorAnswerText::tr(
                              "Dynamic does not know this wallet in this environment. Check the environment, "
                              "and whether the delegation still stands."),
                          answer),
                detail};
        case 400:
        case 422:
            return {ErrorCode::InvalidInput,
                    withWords(ErrorAnswerText::tr("Dynamic cannot accept the request."), answer), detail};
        default:
            break;
    }
    if (status >= 500) {
        return {ErrorCode::Network,
                withWords(ErrorAnswerText::tr("Dynamic cannot answer right now. Try again later."), answer),
                detail};
    }
    return {ErrorCode::Network,
            withWords(ErrorAnswerText::tr(
                          "Dynamic's answer cannot be understood. Check Dynamic's address in the settings."),
                      answer),
            detail};
}

Error errorFromBetween(int status)
{
    return {ErrorCode::Network,
            ErrorAnswerText::tr(
                "Something between this computer and Dynamic answered in Dynamic's place (HTTP %1), probably "
                "a proxy, "
                "a filter or a network's sign-in page. Check the network, the proxy settings and Dynamic's "
                "address.")
                .arg(status),
            QStringLiteral("HTTP %1 with a page for people").arg(status)};
}

Error errorOfEvent(const ErrorAnswer& answer)
{
    // Codes of §3.7 that say "not now" rather than "no".
    if (answer.code == QLatin1String("too_many_requests")) {
        return {ErrorCode::Busy, withWords(ErrorAnswerText::tr("Dynamic asked for patience."), answer),
                detailOf(QStringLiteral("error event"), answer)};
    }
    if (answer.code == QLatin1String("wallet_service_connection_error")) {
        return {ErrorCode::Network,
                withWords(ErrorAnswerText::tr("Dynamic could not reach its signer. Try again."), answer),
                detailOf(QStringLiteral("error event"), answer)};
    }
    return {ErrorCode::Denied, withWords(ErrorAnswerText::tr("Dynamic refused to sign."), answer),
            detailOf(QStringLiteral("error event"), answer)};
}

Error busyFor(std::chrono::milliseconds pause)
{
    return {ErrorCode::Busy,
            ErrorAnswerText::tr("Dynamic asked for patience; nothing was sent. Try again in %1 seconds.")
                .arg(pauseText(pause)),
            QStringLiteral("within the pause of a Retry-After")};
}

Error unintelligible(const QString& detail)
{
    return {ErrorCode::Network,
            ErrorAnswerText::tr(
                "Dynamic's answer cannot be understood. Check Dynamic's address in the settings."),
            detail};
}

}  // namespace countersign
