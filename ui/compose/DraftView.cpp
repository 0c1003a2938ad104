#include "ui/compose/DraftView.h"

#include "ui/review/meaning/FindingPage.h"
#include "ui/text/AmountVisibility.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QVBoxLayout>

namespace countersign {

namespace {
constexpr int mostFindingsHeight = 150;
constexpr std::size_t shownDraftBytes = 2000;
}  // namespace

DraftView::DraftView(ProfileReader& reader, QWidget* parent)
    : QWidget(parent),
      m_reader(reader),
      m_sentence(plainLabel({}, this, Theme::font(1.0, QFont::DemiBold))),
      m_findings(new FindingsView),
      m_scroll(new QScrollArea(this))
{
    m_sentence->setWordWrap(true);
    m_findings->setObjectName(QStringLiteral("scrollContent"));
    m_scroll->setWidget(m_findings);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFixedHeight(mostFindingsHeight);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_sentence);
    layout->addWidget(m_scroll);
    connect(m_findings, &FindingsView::pageWanted, this,
            [this](const QString& id) { (new FindingPage(id, this))->open(); });
    clear();
}

void DraftView::explain(Job draft)
{
    const std::uint64_t question = ++m_question;
    m_reader.query(
        this,
        [draft = std::move(draft), explainer = m_reader.explainer()](Database& database) {
            return Result<ExplainedJob>(explainer->explain(database, draft));
        },
        [this, question](const Result<ExplainedJob>& explained) {
            if (question != m_question) {
                return;
            }
            if (explained) {
                show(*explained);
            } else {
                clear();
            }
        });
}

void DraftView::clear()
{
    ++m_question;
    m_sentence->clear();
    m_findings->show({});
    hide();
}

void DraftView::show(const ExplainedJob& explained)
{
    const auto findings = findingsOf(explained);
    const bool understood = explained.explanation && explained.explanation->explanation.meaning.understood;
    m_sentence->setText(understood
                            ? shownAmounts(visibleText(explained.explanation->explanation.meaning.intent,
                                                       false, shownDraftBytes))
                        : explained.explanation ? tr("Countersign cannot read this.")
                                                : explained.explanation.error().sentence);
    m_findings->show(findings);
    m_scroll->setVisible(!findings.empty());
    setVisible(true);
}

QString DraftView::sentence() const
{
    return m_sentence->text();
}

}  // namespace countersign
