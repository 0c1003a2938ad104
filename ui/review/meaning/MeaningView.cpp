#include "ui/review/meaning/MeaningView.h"

#include "ui/review/meaning/FindingPage.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/Labels.h"

#include <QVBoxLayout>

#include <algorithm>

namespace countersign {

namespace {
constexpr std::size_t shownFieldBytes = 8 * 1024;
/// A hash with its 0x; what is longer is data, which has to be wrapped anywhere.
constexpr qsizetype longestShownWord = 66;

qsizetype longestWord(const QString& text)
{
    qsizetype longest = 0;
    qsizetype length = 0;
    for (const QChar c : text) {
        length = c.isSpace() ? 0 : length + 1;
        longest = std::max(longest, length);
    }
    return longest;
}
}  // namespace

MeaningView::MeaningView(QWidget* parent)
    : QWidget(parent),
      m_effects(new EffectsView(this)),
      m_findings(new FindingsView(this)),
      m_fields(new FactGrid(this)),
      m_effectsTitle(sectionLabel(tr("What it does"), this)),
      m_findingsTitle(sectionLabel(tr("What to look at"), this)),
      m_fieldsTitle(sectionLabel(tr("What it says"), this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 12, 8, 4);
    layout->setSpacing(8);
    for (QWidget* part : std::initializer_list<QWidget*>{m_effectsTitle, m_effects, m_findingsTitle,
                                                         m_findings, m_fieldsTitle, m_fields}) {
        layout->addWidget(part);
    }
    layout->addStretch(1);
    connect(m_findings, &FindingsView::pageWanted, this, &MeaningView::openPage);
}

void MeaningView::show(const meaning::Meaning& meaning)
{
    m_effects->show(meaning.effects);
    m_findings->show(meaning.findings);
    m_fields->clear();
    for (const meaning::Field& field : meaning.fields) {
        const QString value = visibleText(field.value, true, shownFieldBytes);
        if (longestWord(value) > longestShownWord) {
            m_fields->addCode(visibleText(field.label), value);
        } else {
            m_fields->add(visibleText(field.label), value,
                          field.path ? plainToolTip(visibleText(*field.path)) : QString());
        }
    }
    m_effectsTitle->setVisible(!meaning.effects.empty());
    m_findingsTitle->setVisible(!meaning.findings.empty());
    m_fieldsTitle->setVisible(!meaning.fields.empty());
}

void MeaningView::openPage(const QString& id)
{
    (new FindingPage(id, this))->open();
}

}  // namespace countersign
