#include "core/health/TokenScopes.h"

#include "core/inspection/environment/EnvironmentCheck.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct TokenScopesText
{
    Q_DECLARE_TR_FUNCTIONS(TokenScopesText)
};

constexpr std::string_view delegatedAccessScopes = "waas.delegatedAccess.";

}  // namespace

std::vector<UsedScope> usedScopes()
{
    return {
        {signMessageScope, TokenScopesText::tr("nothing can be signed")},
        {"environment.settings.read",
         TokenScopesText::tr("the settings of delegated access cannot be checked")},
        {"environment.webhooks.read", TokenScopesText::tr("the webhook cannot be checked")},
        {"environment.events.read",
         TokenScopesText::tr("Dynamic's messages cannot be compared with what arrived")},
        {"environment.users.read", TokenScopesText::tr("wallets cannot be verified at Dynamic")},
        {"environment.webhooks.write", TokenScopesText::tr("lost messages cannot be sent again")},
    };
}

std::vector<UsedScope> missingScopes(const std::vector<std::string>& granted)
{
    std::vector<UsedScope> missing = usedScopes();
    std::erase_if(missing, [&](const UsedScope& used) {
        return std::ranges::find(granted, used.scope) != granted.end();
    });
    return missing;
}

std::vector<std::string> excessScopes(const std::vector<std::string>& granted)
{
    const std::vector<UsedScope> used = usedScopes();
    std::vector<std::string> excess;
    for (const std::string& scope : granted) {
        const bool isKnown = std::ranges::find(used, scope, &UsedScope::scope) != used.end();
        const bool isRevoking =
            scope.starts_with(delegatedAccessScopes) && scope.find("evoke") != std::string::npos;
        if (!isKnown && !isRevoking) {
            excess.push_back(scope);
        }
    }
    std::ranges::sort(excess);
    excess.erase(std::unique(excess.begin(), excess.end()), excess.end());
    return excess;
}

}  // namespace countersign
