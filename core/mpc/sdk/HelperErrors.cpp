#include "core/mpc/sdk/HelperErrors.h"

#include "core/base/text/Ascii.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign {

namespace {

constexpr std::size_t detailMaxCharacters = 300;
constexpr std::size_t longestWord = 23;

struct HelperErrorsText
{
    Q_DECLARE_TR_FUNCTIONS(HelperErrorsText)
};

bool isPartOfWord(char c)
{
    return ascii::isAlphanumeric(c) || c == '+' || c == '/' || c == '=';
}

/// The helper does the same; it may not be the helper that answers.
QString speakable(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size() && out.size() < detailMaxCharacters;) {
        const std::size_t start = i;
        while (i < text.size() && isPartOfWord(text[i])) {
            ++i;
        }
        if (i - start > longestWord) {
            out += "[...]";
        } else if (i > start) {
            out += text.substr(start, i - start);
        } else {
            out += text[i] >= ' ' && text[i] <= '~' ? text[i] : ' ';
            ++i;
        }
    }
    return QString::fromLatin1(out.data(), static_cast<qsizetype>(std::min(out.size(), detailMaxCharacters)));
}

/// One way in which the library says something, and what we say.
struct Known
{
    std::string_view part;
    ErrorCode code;
    const char* sentence;
};

constexpr const char* notDynamicsShare =
    QT_TRANSLATE_NOOP("HelperErrorsText",
                      "Dynamic's library does not know this share as one of its own, so nothing was signed. "
                      "A wallet of the sandbox "
                      "is signed with by the enclave engine; choose it in the settings. Otherwise the wallet "
                      "has to be delegated "
                      "again.");
constexpr const char* badRoom = QT_TRANSLATE_NOOP("HelperErrorsText",
                                                  "The name of the signing room is not one that Dynamic's "
                                                  "library takes, so nothing was signed. Try again; if it "
                                                  "stays, Dynamic's interface has changed.");

constexpr std::array knownMessages{
    Known{"Invalid secret share", ErrorCode::InvalidInput, notDynamicsShare},
    Known{"Invalid hex encoding", ErrorCode::InvalidInput, notDynamicsShare},
    Known{"Invalid string length, expected 32 characters", ErrorCode::InvalidInput, badRoom},
    Known{"Invalid character", ErrorCode::InvalidInput, badRoom},
    Known{"Odd number of digits", ErrorCode::InvalidInput, badRoom},
    Known{
        "Invalid host address", ErrorCode::InvalidInput,
        QT_TRANSLATE_NOOP(
            "HelperErrorsText",
            "The address of Dynamic's signing relay cannot be used. It is a host name with an optional port, "
            "without https://. Check the settings.")},
    Known{
        "invalid peer certificate", ErrorCode::Network,
        QT_TRANSLATE_NOOP(
            "HelperErrorsText",
            "The certificate of Dynamic's signing relay is not trusted, so nothing was signed. Either a "
            "proxy "
            "between here and there opens TLS connections, and the relay's host has to be exempt from that, "
            "because the library brings its own list of trusted authorities and takes no other; or the "
            "relay's "
            "address is wrong.")},
    Known{
        "Connection refused", ErrorCode::Network,
        QT_TRANSLATE_NOOP("HelperErrorsText",
                          "Nothing answers at the address of Dynamic's signing relay. Check the network, the "
                          "firewall and the relay's address; then try again.")},
    Known{
        "failed to lookup", ErrorCode::Network,
        QT_TRANSLATE_NOOP("HelperErrorsText",
                          "The host name of Dynamic's signing relay is unknown. Check the network, the name "
                          "service and the relay's address; then try again.")},
    Known{"IO error", ErrorCode::Network,
          QT_TRANSLATE_NOOP("HelperErrorsText",
                            "The connection to Dynamic's signing relay failed. Check the network; then try "
                            "again.")},
};

constexpr std::array knownCodes{
    Known{"node_too_old", ErrorCode::Unsupported,
          QT_TRANSLATE_NOOP("HelperErrorsText",
                            "This Node.js is too old: signing with the sdk engine needs version 20 or newer. "
                            "Install one, or choose the enclave engine in the settings.")},
    Known{"library_missing", ErrorCode::NotFound,
          QT_TRANSLATE_NOOP(
              "HelperErrorsText",
              "Dynamic's signing library is not installed beside the signing helper. Run \"npm ci "
              "--ignore-scripts\" in the helper's folder, or choose the enclave engine in the "
              "settings.")},
    Known{"library_version", ErrorCode::NotFound,
          QT_TRANSLATE_NOOP(
              "HelperErrorsText",
              "Another version of Dynamic's signing library is installed than the helper was made "
              "for. Run \"npm ci --ignore-scripts\" in the helper's folder.")},
    Known{"unsupported_platform", ErrorCode::Unsupported,
          QT_TRANSLATE_NOOP(
              "HelperErrorsText",
              "Dynamic's signing library exists for Linux with glibc and for macOS only, on x86-64 "
              "and arm64. Here, choose the enclave engine in the settings.")},
    Known{
        "share_form", ErrorCode::InvalidInput,
        QT_TRANSLATE_NOOP("HelperErrorsText",
                          "The wallet's share has no form that can be signed with here: it is protected by a "
                          "password or unknown. The wallet has to be delegated again, without a password.")},
    Known{"invalid_request", ErrorCode::Internal,
          QT_TRANSLATE_NOOP("HelperErrorsText",
                            "The signing helper does not understand the request: helper and program are of "
                            "different versions. Install both again.")},
};

constexpr const char* anyOtherReport = QT_TRANSLATE_NOOP(
    "HelperErrorsText",
    "The signing helper failed. Whether anything was signed is not known. The details say more.");
constexpr const char* anyOtherMessage = QT_TRANSLATE_NOOP(
    "HelperErrorsText",
    "The signing ceremony failed. Whether anything was signed is not known. The details say what "
    "the library reports.");

}  // namespace

Error helperError(HelperFailure what, const QString& detail)
{
    switch (what) {
        case HelperFailure::Unsupported:
            return explainHelperRefusal("unsupported_platform", detail.toStdString());
        case HelperFailure::NodeMissing:
            return {ErrorCode::NotFound,
                    HelperErrorsText::tr(
                        "Node.js is not there: signing with the sdk engine needs version 20 or newer. "
                        "Install it, or choose the enclave engine in the settings."),
                    detail};
        case HelperFailure::ScriptMissing:
            return {ErrorCode::NotFound,
                    HelperErrorsText::tr(
                        "The signing helper (mpc-helper.mjs) is not there. Install Countersign again, or "
                        "choose the enclave engine in the settings."),
                    detail};
        case HelperFailure::NotStarted:
            return {ErrorCode::Internal,
                    HelperErrorsText::tr(
                        "Node.js does not start. Check that the program named in the settings can be run."),
                    detail};
        case HelperFailure::Crashed:
            return {ErrorCode::Internal,
                    HelperErrorsText::tr(
                        "The signing helper crashed, and no signature came. Try again; if it stays, "
                        "install its packages again or choose the enclave engine."),
                    detail};
        case HelperFailure::NoAnswer:
            return {ErrorCode::Internal,
                    HelperErrorsText::tr(
                        "The signing helper ended without an answer, and no signature came. Check that "
                        "Node.js is version 20 or newer, and run countersign-cli doctor."),
                    detail};
        case HelperFailure::Garbage:
            return {ErrorCode::InvalidInput,
                    HelperErrorsText::tr(
                        "The signing helper's answer cannot be understood and was dropped. Helper and "
                        "program may be of different versions; install both again."),
                    detail};
        case HelperFailure::TooMuchOutput:
            return {ErrorCode::InvalidInput,
                    HelperErrorsText::tr(
                        "The signing helper said more than any answer has and was stopped. Install it "
                        "again."),
                    detail};
        case HelperFailure::TimedOut:
            return {ErrorCode::Timeout,
                    HelperErrorsText::tr(
                        "The signing ceremony did not finish in time and was stopped. Check that a "
                        "firewall lets connections to Dynamic's signing relay through; then try again."),
                    detail};
        case HelperFailure::Cancelled:
            return {ErrorCode::Cancelled, HelperErrorsText::tr("Stopped."), detail};
    }
    return {ErrorCode::Internal, HelperErrorsText::tr(anyOtherReport), detail};
}

Error explainHelperRefusal(std::string_view code, std::string_view message)
{
    const QString detail =
        QStringLiteral("mpc-helper: %1: %2").arg(speakable(code.substr(0, 32)), speakable(message));
    if (code == "library") {
        const auto known = std::ranges::find_if(knownMessages, [&](const Known& entry) {
            return message.find(entry.part) != std::string_view::npos;
        });
        return known != knownMessages.end()
                   ? Error{known->code, HelperErrorsText::tr(known->sentence), detail}
                   : Error{ErrorCode::Network, HelperErrorsText::tr(anyOtherMessage), detail};
    }
    const auto known = std::ranges::find(knownCodes, code, &Known::part);
    return known != knownCodes.end()
               ? Error{known->code, HelperErrorsText::tr(known->sentence), detail}
               : Error{ErrorCode::Internal, HelperErrorsText::tr(anyOtherReport), detail};
}

}  // namespace countersign
