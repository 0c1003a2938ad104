#include "ui/review/meaning/FindingsView.h"

#include "core/signing/local/LocalFindings.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"
#include "ui/widgets/identity/AddressView.h"

#include <QToolButton>
#include <QVBoxLayout>

namespace countersign {

namespace {
constexpr std::size_t shownFindingBytes = 4000;
constexpr std::size_t shownFindingAddresses = 20;
}  // namespace

StateText stateText(meaning::Severity severity)
{
    using meaning::Severity;
    switch (severity) {
        case Severity::Critical:
            return {FindingsView::tr("Critical"),
                    QStringLiteral("error"),
                    Tone::Bad,
                    FindingsView::tr("Do not approve this unless you know exactly why it is so."),
                    {}};
        case Severity::Warning:
            return {FindingsView::tr("Warning"),
                    QStringLiteral("warning"),
                    Tone::Warning,
                    FindingsView::tr("Look at this before you approve."),
                    {}};
        case Severity::Error:
            return {FindingsView::tr("Not checked"),
                    QStringLiteral("question"),
                    Tone::Warning,
                    FindingsView::tr("This could not be checked, which is not the same as fine."),
                    {}};
        case Severity::Info:
            break;
    }
    return {FindingsView::tr("Note"),
            QStringLiteral("info"),
            Tone::Info,
            FindingsView::tr("Worth knowing; nothing is wrong by itself."),
            {}};
}

FindingsView::FindingsView(QWidget* parent) : QWidget(parent), m_list(new QVBoxLayout(this))
{
    m_list->setContentsMargins(0, 0, 0, 0);
    m_list->setSpacing(8);
    setAccessibleName(tr("Findings"));
}

void FindingsView::show(const std::vector<meaning::Finding>& findings)
{
    while (QLayoutItem* item = m_list->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_count = 0;
    for (const meaning::Finding& finding : findings) {
        addFinding(finding);
    }
    setVisible(m_count > 0);
}

void FindingsView::addFinding(const meaning::Finding& finding)
{
    QFrame* card = cardFrame(this);
    auto* chip = new ChipLabel(card);
    chip->setState(stateText(finding.severity));
    QLabel* title = plainLabel(visibleText(finding.title, false, shownFindingBytes), card,
                               Theme::font(1.0, QFont::DemiBold));
    title->setWordWrap(true);
    auto* page = new QToolButton(card);
    page->setText(tr("What this means"));
    page->setAutoRaise(true);
    page->setAccessibleName(tr("What this means: %1").arg(title->text()));
    const QString id = QString::fromStdString(finding.id);
    connect(page, &QToolButton::clicked, this, [this, id] { Q_EMIT pageWanted(id); });

    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(chip, 0, Qt::AlignTop);
    head->addWidget(title, 1);
    head->addWidget(page, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(4);
    layout->addLayout(head);
    QLabel* detail = valueLabel(visibleText(finding.detail, true, shownFindingBytes), card);
    layout->addWidget(detail);
    for (const std::string& address :
         std::span(finding.addresses).first(std::min(finding.addresses.size(), shownFindingAddresses))) {
        auto* shown = new AddressView(card);
        shown->setAddress(visibleText(address, false, shownFindingBytes));
        layout->addWidget(shown);
    }
    const QString shownId = visibleText(finding.id, false, shownFindingBytes);
    layout->addWidget(
        mutedLabel(isLocalFinding(finding.id) ? tr("%1 · of this profile").arg(shownId) : shownId, card));
    m_list->addWidget(card);
    ++m_count;
}

}  // namespace countersign
