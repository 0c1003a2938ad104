#include "ui/review/meaning/FindingPage.h"

#include <QDialogButtonBox>
#include <QFile>
#include <QVBoxLayout>

/// The pages lie in a static library, which a linker drops unless somebody asks for them; outside any
/// namespace, as Qt's macro wants it.
static void initialiseFindingPages()
{
    Q_INIT_RESOURCE(findings);
}

namespace countersign {

FindingPage::FindingPage(const QString& id, QWidget* parent) : QDialog(parent), m_text(new QTextBrowser(this))
{
    initialiseFindingPages();
    setWindowTitle(tr("What this means"));
    setAttribute(Qt::WA_DeleteOnClose);
    QFile page(QStringLiteral(":/findings/%1.md").arg(id));
    if (page.open(QIODevice::ReadOnly)) {
        m_text->setMarkdown(QString::fromUtf8(page.readAll()));
    } else {
        m_text->setPlainText(tr("There is no page about %1.").arg(id));
    }
    m_text->setOpenLinks(false);
    m_text->setAccessibleName(windowTitle());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_text, 1);
    layout->addWidget(buttons);
    resize(560, 420);
}

}  // namespace countersign
