"""The parts of postal addresses of many countries, on lines of their own and in one line; null where nothing tells a part."""

import pytest

from bursar.extraction.invoices.address_parts import parse_address

# The lines of an address (a stroke parts them), its street, town, state, postal code and country.
ADDRESSES = [
    # United Kingdom
    ("12 Larch Street|Leeds LS1 4AA", "12 Larch Street", "Leeds", None, "LS1 4AA", "GB"),
    ("4 Abbey Row|York|YO1 8BG", "4 Abbey Row", "York", None, "YO1 8BG", "GB"),
    ("Unit 7, Mill Race Trading Estate, Leeds LS12 6JH", "Unit 7, Mill Race Trading Estate", "Leeds", None, "LS12 6JH", "GB"),
    ("Floor 3, The Rotunda|Market Street|Manchester M1 1AB|United Kingdom", "Market Street", "Manchester", None, "M1 1AB", "GB"),
    ("9 Quay Road, Bristol, BS1 4EF", "9 Quay Road", "Bristol", None, "BS1 4EF", "GB"),
    ("Flat 2, 31 Ash Grove|Stroud|Gloucestershire|GL5 1AA", "Flat 2, 31 Ash Grove", "Stroud", "Gloucestershire", "GL5 1AA", "GB"),
    ("18 Fern Lane, Otley, West Yorkshire LS21 1AA, UK", "18 Fern Lane", "Otley", "West Yorkshire", "LS21 1AA", "GB"),
    ("The Old Barn|Church Lane|Kingsbridge|TQ7 1PL|England", "Church Lane", "Kingsbridge", None, "TQ7 1PL", "GB"),
    ("44 Kelvin Way, Glasgow G12 8QQ, Scotland", "44 Kelvin Way", "Glasgow", None, "G12 8QQ", "GB"),
    ("PO Box 418|Truro TR1 1AA", "PO Box 418", "Truro", None, "TR1 1AA", "GB"),
    # Ireland
    ("14 Harbour Road|Dublin 2|D02 XY45|Ireland", "14 Harbour Road", "Dublin 2", None, "D02 XY45", "IE"),
    ("3 Mill Street, Ballincollig, Co. Cork, P31 AC12", "3 Mill Street", "Ballincollig", "Co. Cork", "P31 AC12", "IE"),
    ("27 Shop Street|Galway H91 C2D3", "27 Shop Street", "Galway", None, "H91 C2D3", "IE"),
    ("5 Patrick Street|Limerick|Ireland", "5 Patrick Street", "Limerick", None, None, "IE"),
    # United States
    ("500 Elm Avenue, Suite 210|Austin, TX 78701", "500 Elm Avenue, Suite 210", "Austin", "TX", "78701", "US"),
    ("77 Beech St., Apt 4, Portland, OR 97205-1234, USA", "77 Beech St., Apt 4", "Portland", "OR", "97205-1234", "US"),
    ("1200 Lake Drive|Madison, Wisconsin 53703", "1200 Lake Drive", "Madison", "Wisconsin", "53703", "US"),
    ("350 Fifth Road|New York, NY 10118|United States", "350 Fifth Road", "New York", "NY", "10118", "US"),
    ("500 Market St San Francisco CA 94105", "500 Market St", "San Francisco", "CA", "94105", "US"),
    ("2 Willow Court, Menlo Park, CA 94025", "2 Willow Court", "Menlo Park", "CA", "94025", "US"),
    ("P.O. Box 90210|Chicago, IL, 60601", "P.O. Box 90210", "Chicago", "IL", "60601", "US"),
    ("807 Palm Road|Northport, VI 00820 US", "807 Palm Road", "Northport", "VI", "00820", "US"),
    # Canada
    ("138 avenue Rachel|Montréal QC H4C 2H6", "138 avenue Rachel", "Montréal", "QC", "H4C 2H6", "CA"),
    ("1450 chemin du Rang 4|Saint-Jean-sur-Richelieu (Québec) J3B 6X3", "1450 chemin du Rang 4", "Saint-Jean-sur-Richelieu", "Québec", "J3B 6X3", "CA"),
    ("88 Bay Crescent, Toronto, Ontario, M5V 2T6, Canada", "88 Bay Crescent", "Toronto", "Ontario", "M5V 2T6", "CA"),
    ("156 Elm Avenue, Toronto|ON, Canada M5H 2H7", "156 Elm Avenue", "Toronto", "ON", "M5H 2H7", "CA"),
    ("210 Pine Road, Vancouver, BC V6B 1A1", "210 Pine Road", "Vancouver", "BC", "V6B 1A1", "CA"),
    # Australia, New Zealand, South Africa
    ("Level 4, 22 Harbour Street|Sydney NSW 2000", "Level 4, 22 Harbour Street", "Sydney", "NSW", "2000", "AU"),
    ("9 Gum Tree Road, Fremantle WA 6160, Australia", "9 Gum Tree Road", "Fremantle", "WA", "6160", "AU"),
    ("3 Coral Parade|Cairns, Queensland 4870", "3 Coral Parade", "Cairns", "Queensland", "4870", "AU"),
    ("41 Fern Road|Ponsonby|Auckland 1011|New Zealand", "41 Fern Road", "Auckland", None, "1011", "NZ"),
    ("6 Kauri Street, Nelson 7010, New Zealand", "6 Kauri Street", "Nelson", None, "7010", "NZ"),
    ("15 Protea Avenue|Sandton|Gauteng|2196|South Africa", "15 Protea Avenue", "Sandton", "Gauteng", "2196", "ZA"),
    ("8 Long Road, Cape Town, 8001, South Africa", "8 Long Road", "Cape Town", None, "8001", "ZA"),
    # India
    ("Plot 14, MIDC, Mumbai 400093, Maharashtra", "Plot 14, MIDC", "Mumbai", "Maharashtra", "400093", "IN"),
    ("22 Mango Road, Pune - 411045", "22 Mango Road", "Pune", None, "411045", None),
    ("No. 5, 2nd Cross, Jayanagar|Bengaluru, Karnataka 560011|India", "No. 5, 2nd Cross", "Bengaluru", "Karnataka", "560011", "IN"),
    ("Plot 9, GIDC Estate|Vadodara|Gujarat - 390010", "Plot 9, GIDC Estate", "Vadodara", "Gujarat", "390010", "IN"),
    # South-east Asia, the Gulf
    ("10 Marina Road #21-05|Singapore 079903", "10 Marina Road #21-05", "Singapore", None, "079903", "SG"),
    ("1 Orchid Place, #04-11, Singapore 048616", "1 Orchid Place, #04-11", "Singapore", None, "048616", "SG"),
    ("No. 12, Jalan Melur 3|47400 Petaling Jaya|Selangor|Malaysia", "No. 12, Jalan Melur 3", "Petaling Jaya", "Selangor", "47400", "MY"),
    ("Lot 5, Jalan Kenari, 50450 Kuala Lumpur", "Lot 5, Jalan Kenari", "Kuala Lumpur", None, "50450", None),
    ("12 Lorong Kiri, 10450 George Town, Pulau Pinang", "12 Lorong Kiri", "George Town", "Pulau Pinang", "10450", "MY"),
    ("Office 1204, 3 Creek Road|P.O. Box 55123|Dubai|United Arab Emirates", "Office 1204, 3 Creek Road", "Dubai", None, None, "AE"),
    ("8 Pearl Street, Abu Dhabi, U.A.E.", "8 Pearl Street", "Abu Dhabi", None, None, "AE"),
    ("45 Sukhumvit Road|Bangkok 10110|Thailand", "45 Sukhumvit Road", "Bangkok", None, "10110", "TH"),
    # Germany, Austria, Switzerland
    ("Birkenweg 7|50667 Köln", "Birkenweg 7", "Köln", None, "50667", None),
    ("Am Alten Hafen 3a|D-24143 Kiel", "Am Alten Hafen 3a", "Kiel", None, "24143", "DE"),
    ("Lindenallee 12, 15230 Frankfurt (Oder), Deutschland", "Lindenallee 12", "Frankfurt (Oder)", None, "15230", "DE"),
    ("Postfach 1234|60311 Frankfurt am Main", "Postfach 1234", "Frankfurt am Main", None, "60311", None),
    ("Rosengasse 4/12|1070 Wien|Österreich", "Rosengasse 4/12", "Wien", None, "1070", "AT"),
    ("Mühlweg 9, A-3100 St. Pölten", "Mühlweg 9", "St. Pölten", None, "3100", "AT"),
    ("Seestrasse 201|8005 Zürich", "Seestrasse 201", "Zürich", None, "8005", None),
    ("Rue du Lac 5|CH-1204 Genève", "Rue du Lac 5", "Genève", None, "1204", "CH"),
    ("Bahnhofplatz 2, 9000 St. Gallen, Schweiz", "Bahnhofplatz 2", "St. Gallen", None, "9000", "CH"),
    # France, Belgium, Netherlands, Luxembourg
    ("14 bis, rue des Tanneurs|75015 Paris", "14 bis, rue des Tanneurs", "Paris", None, "75015", None),
    ("27 avenue des Tilleuls|69007 Lyon|FRANCE", "27 avenue des Tilleuls", "Lyon", None, "69007", "FR"),
    ("3, place du Marché, 35000 Rennes", "3, place du Marché", "Rennes", None, "35000", None),
    ("Bât. C, 8 rue Haute|F-67000 Strasbourg", "Bât. C, 8 rue Haute", "Strasbourg", None, "67000", "FR"),
    ("Lindenkaai 74 bus 201|2000 Antwerpen|België", "Lindenkaai 74 bus 201", "Antwerpen", None, "2000", "BE"),
    ("Rue Neuve 12, bte 4|B-1000 Bruxelles", "Rue Neuve 12, bte 4", "Bruxelles", None, "1000", "BE"),
    ("Kwekerijlaan 19|2671 BX Naaldwijk", "Kwekerijlaan 19", "Naaldwijk", None, "2671 BX", None),
    ("Havenkade 3, 3011TA Rotterdam, Nederland", "Havenkade 3", "Rotterdam", None, "3011TA", "NL"),
    ("12, rue de la Gare|L-1611 Luxembourg", "12, rue de la Gare", "Luxembourg", None, "1611", "LU"),
    # Spain, Portugal, Italy
    ("C/ Olmo 255, 3º 2ª|08007 Barcelona", "C/ Olmo 255, 3º 2ª", "Barcelona", None, "08007", None),
    ("Calle del Pez, 18|28004 Madrid (Madrid)", "Calle del Pez, 18", "Madrid", "Madrid", "28004", None),
    ("Avda. del Puerto 9, 43001 Tarragona, España", "Avda. del Puerto 9", "Tarragona", None, "43001", "ES"),
    ("Rua da Oliveira, 412|4050-105 Porto", "Rua da Oliveira, 412", "Porto", None, "4050-105", None),
    ("Av. do Mar, 44, 2º Dto, 1990-095 Lisboa, Portugal", "Av. do Mar, 44, 2º Dto", "Lisboa", None, "1990-095", "PT"),
    ("Via Manzoni, 112|40126 Bologna (BO)", "Via Manzoni, 112", "Bologna", "BO", "40126", None),
    ("Corso Umberto I, 18, 20122 Milano MI", "Corso Umberto I, 18", "Milano", "MI", "20122", None),
    ("Viale Trieste 7|I-33100 Udine UD|Italia", "Viale Trieste 7", "Udine", "UD", "33100", "IT"),
    # Poland, Czechia
    ("ul. Wolska 88/4|01-141 Warszawa", "ul. Wolska 88/4", "Warszawa", None, "01-141", None),
    ("al. Lipowa 3 m. 12, 05-500 Piaseczno, Polska", "al. Lipowa 3 m. 12", "Piaseczno", None, "05-500", "PL"),
    ("Mlýnská 14|602 00 Brno", "Mlýnská 14", "Brno", None, "602 00", None),
    ("Vltavské nábřeží 1012/2|110 00 Praha 1|Česká republika", "Vltavské nábřeží 1012/2", "Praha 1", None, "110 00", "CZ"),
    # The North
    ("Storgatan 12|111 22 Stockholm", "Storgatan 12", "Stockholm", None, "111 22", None),
    ("Box 1234, SE-411 05 Göteborg", "Box 1234", "Göteborg", None, "411 05", "SE"),
    ("Nørregade 5, 2. tv.|1165 København K|Danmark", "Nørregade 5, 2. tv.", "København K", None, "1165", "DK"),
    ("Havnevej 8, DK-8000 Aarhus C", "Havnevej 8", "Aarhus C", None, "8000", "DK"),
    ("Strandgaten 51|5004 Bergen", "Strandgaten 51", "Bergen", None, "5004", None),
    ("Postboks 77, NO-0150 Oslo, Norge", "Postboks 77", "Oslo", None, "0150", "NO"),
    ("Rantatie 5|40100 Jyväskylä", "Rantatie 5", "Jyväskylä", None, "40100", None),
    ("Teollisuuskatu 21 B, FI-00510 Helsinki, Suomi", "Teollisuuskatu 21 B", "Helsinki", None, "00510", "FI"),
    # Japan, China, Brazil
    ("〒150-0002 東京都渋谷区渋谷3-11-1", "渋谷3-11-1", "渋谷区", "東京都", "150-0002", "JP"),
    ("〒530-0001|大阪府大阪市北区梅田4-2-3|桜ビル5F", "梅田4-2-3", "大阪市北区", "大阪府", "530-0001", "JP"),
    ("2-21-1 Shibuya, Tokyo 150-0002, Japan", "2-21-1 Shibuya", "Tokyo", None, "150-0002", "JP"),
    ("广东省深圳市南山区科技路15号", "南山区科技路15号", "深圳市", "广东省", None, None),
    ("Rua das Flores, 120|São Paulo - SP|01310-100|Brasil", "Rua das Flores, 120", "São Paulo", "SP", "01310-100", "BR"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "street", "city", "state", "code", "country"), ADDRESSES)
def test_an_address_is_parted_as_its_country_writes_it(text, street, city, state, code, country):
    address = parse_address(text.split("|"))
    got = (address.street, address.city, address.state, address.postal_code, address.country)
    assert got == (street, city, state, code, country)
    assert address.text == text.replace("|", "\n")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("12 Larch Street, LS1 4AA", "city"),  # none is printed
        ("Unit 9, Copper House, LS1 4AA", "city"),  # a building
        ("Birkenweg 7", "city"),
        ("Birkenweg 7|50667 Köln", "state"),
        ("Old Mill|Hebden Dale|HX7 8JP", "street"),
        ("1 Rue Haute|75001 Paris (FR)", "state"),  # the country, and not Frosinone
        ("Lindenkaai 74|2000 Antwerpen BE", "state"),
        ("12 High Street|Leeds", "postal_code"),
        ("5 Beach Road|Unit 1377", "postal_code"),
        ("Birkenweg 7|50667 Köln", "country"),  # Köln is known to the reader, not to the page
    ],
)
def test_a_part_that_nothing_tells_is_none(text, part):
    assert getattr(parse_address(text.split("|")), part) is None
