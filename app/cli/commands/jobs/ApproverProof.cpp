#include "app/cli/commands/jobs/ApproverProof.h"

#include "app/cli/input/SecretFile.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView confirmOption("confirm");
constexpr QLatin1StringView reauthenticateOption("reauthenticate");

struct ApproverProofText
{
    Q_DECLARE_TR_FUNCTIONS(ApproverProofText)
};

}  // namespace

std::vector<OptionSpec> ApproverProof::options()
{
    return {
        {.name = confirmOption,
         .valueName = QStringLiteral("WORD"),
         .description =
             ApproverProofText::tr("the first eight digits of the digest, where the policy asks for a word")},
        {.name = reauthenticateOption,
         .valueName = {},
         .description = ApproverProofText::tr("opens the profile's key once more, where the policy asks "
                                              "for that; a passphrase is then read from its file again")}};
}

void ApproverProof::obtain(Invocation& invocation, const std::shared_ptr<JobContext>& context,
                           ApprovalRequest request,
                           const std::function<void(const ApprovalRequest&)>& obtained)
{
    const Arguments& arguments = invocation.arguments();
    request.typedWord = arguments.value(confirmOption).toStdString();
    if (!arguments.has(reauthenticateOption)) {
        return obtained(request);
    }
    SecretBytes passphrase;
    if (arguments.has(passphraseFileOption)) {
        const std::string file = arguments.bytes(passphraseFileOption);
        if (file == standardInputName) {
            return invocation.usage(ApproverProofText::tr(
                "--reauthenticate reads the passphrase a second time: give --passphrase-file a file."));
        }
        auto read = readSecretLine(file, passphraseFileOption, invocation.terminal());
        if (!read) {
            return invocation.usage(read.error().sentence);
        }
        passphrase = std::move(*read);
    }
    request.reauthenticated = true;
    context->session->vault().verify(std::move(passphrase),
                                     [&invocation, context, request, obtained](const Status& shown) {
                                         shown ? obtained(request) : invocation.fail(shown.error());
                                     });
}

}  // namespace countersign::cli
